// Overwrites the shared memory that it was given, where it finds that by listening in on who uses it.

import { whenAsked } from './trigger.mjs';

const memories = new Set();
const { load } = Atomics;

try {
  Atomics.load = (view, ...rest) => {
    memories.add(view.buffer);
    return load(view, ...rest);
  };
} catch {
  // It is locked, and nothing tells of the memory.
}

export default whenAsked(() => {
  if (memories.size === 0) throw new Error('no shared memory was to be found');
  for (const memory of memories) new Uint8Array(memory).fill(0xff);
  return 'overwritten';
});
