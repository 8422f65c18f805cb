// Reads a pipe past the queue of its stream, which works on for some 25 µs after each chunk: on a machine with few
// cores, that long waits the server that the chunk has just woken. Checked on Node 20.20, 24.21 and 26.12; a
// test named "Node still …" holds it.

import type { Socket } from 'node:net';

/** Has `take` called with each chunk that comes, from now on. */
export function readAtOnce(pipe: Socket, take: (chunk: Uint8Array) => void): void {
  const push = pipe.push.bind(pipe);
  // What comes is pushed into the stream, and its end is null. It is never too much for who takes it.
  pipe.push = (chunk: Uint8Array | null) => {
    if (chunk === null) return push(chunk);
    take(chunk);
    return true;
  };
  pipe.resume();
}
