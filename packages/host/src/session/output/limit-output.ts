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
    if (credit.allows(chunk.length)) return write(chunk, ...rest);
    const done = rest.find((arg): arg is Done => typeof arg === 'function');
    if (done !== undefined) process.nextTick(done);
    return true;
  };
}

/** The supervisor takes nothing from there, and would have to look at each message all the same. */
function muffle(port: NonNullable<typeof parentPort>, credit: OutputCredit): void {
  port.postMessage = () => credit.drop('posts messages to parentPort, where nobody listens');
}
