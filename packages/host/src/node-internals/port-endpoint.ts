// Adapts a port of Node for comlink. comlink documents this file by its place in its build, and ships its types under
// another name. Checked with comlink 4.4.2; a test named "comlink still …" holds it.

export { default as nodeEndpoint } from 'comlink/dist/esm/node-adapter.mjs';
