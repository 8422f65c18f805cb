// Overwrites the shared memory that it was given, which it finds by listening in on who uses it.

import { whenAsked } from './trigger.mjs';

const memories = new Set();
const { load } = Atomics;

Atomics.load = (view, ...rest) => {
  memories.add(view.buffer);
  return load(view, ...rest);
};

export default whenAsked(() => {
  for (const memory of memories) new Uint8Array(memory).fill(0xff);
  return 'overwritten';
});
