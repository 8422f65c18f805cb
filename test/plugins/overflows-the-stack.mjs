// Calls itself without end.

import { whenAsked } from './trigger.mjs';

const deeper = () => deeper() + 1;

export default whenAsked(deeper);
