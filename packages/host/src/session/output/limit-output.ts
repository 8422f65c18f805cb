// Puts what a plugin prints, and what it posts to whoever started its thread, under its credit.

import { parentPort } from 'node:worker_threads';
import type { OutputCredit } from './output-credit.js';

type Done = () => void;

/** Only in a thread of a plugin's own: it changes the thread's streams. */
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

/** More lines in one chunk than ever may be written at once. Whoever counts need not go on. */
const linesMax = 10_000;

/** Each line of a chunk becomes a line of the log. */
function linesIn(chunk: string | Uint8Array): number {
  const next = (from: number) => (typeof chunk === 'string' ? chunk.indexOf('\n', from) : chunk.indexOf(10, from));
  let lines = 1;
  for (let at = next(0); at >= 0 && lines < linesMax; at = next(at + 1)) if (at + 1 < chunk.length) lines++;
  return lines;
}

/** The supervisor takes nothing from there, and would have to look at each message all the same. */
function muffle(port: NonNullable<typeof parentPort>, credit: OutputCredit): void {
  port.postMessage = () => credit.drop('posts messages to parentPort, where nobody listens');
}
