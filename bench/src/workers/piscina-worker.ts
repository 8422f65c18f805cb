// The check as a task of piscina.

export { check as default } from '../check.js';
