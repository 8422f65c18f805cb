// Applies the output credit to everything that a plugin prints, and drops what it posts to its parent port.

import { parentPort } from 'node:worker_threads';
import type { OutputCredit } from './output-credit.js';

type Done = () => void;

/** Only for a plugin's own thread, because it changes the thread's streams. */
export function limitOutput(credit: OutputCredit): void {
  for (const stream of [process.stdout, process.stderr]) limitStream(stream, credit);
  if (parentPort !== null) muffle(parentPort, credit);
}

function limitStream(stream: NodeJS.WriteStream, credit: OutputCredit): void {
  const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean;
  stream.write = (chunk: string | Uint8Array, ...rest: readonly unknown[]) => {
    if (credit.allows(chunk.length, linesIn(chunk))) return write(chunk, ...rest);
    const done = rest.find((arg): arg is Done => typeof arg === 'function');
    if (done !== undefined) process.nextTick(done);
    return true;
  };
}

/** More lines in one chunk than may ever be written at once, so the count stops there. */
const linesMax = 10_000;

/** Counts the lines of a chunk, each of which becomes a line of the log. */
function linesIn(chunk: string | Uint8Array): number {
  const next = (from: number) => (typeof chunk === 'string' ? chunk.indexOf('\n', from) : chunk.indexOf(10, from));
  let lines = 1;
  for (let at = next(0); at >= 0 && lines < linesMax; at = next(at + 1)) if (at + 1 < chunk.length) lines++;
  return lines;
}

/** Drops messages to the parent port. The supervisor does not use them, but would have to look at each one. */
function muffle(port: NonNullable<typeof parentPort>, credit: OutputCredit): void {
  port.postMessage = () => credit.drop('posts messages to parentPort, where nobody listens');
}
