// Calls itself without end.

import { atGate } from './trigger.mjs';

const deeper = () => deeper() + 1;

export default atGate(deeper);
