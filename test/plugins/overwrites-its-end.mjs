// Says in the shared memory that its session has ended, which is not its to say.

import { besidesAnswering } from './trigger.mjs';

let control;
const { load } = Atomics;
Atomics.load = (words, at) => {
  if (words.byteOffset === 0 && words.length > 64) control = words;
  return load(words, at);
};

export default besidesAnswering(() => Atomics.store(control, 0, 1));
