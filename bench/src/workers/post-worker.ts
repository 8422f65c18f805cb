// Takes events by postMessage, each for itself, as an observer would.

import { parentPort } from 'node:worker_threads';

/** Besides events: hold up the thread for so many ms, or say when everything before has been taken. */
export type Posted = { readonly event: unknown } | { readonly stallMs: number } | 'sync';

const never = new Int32Array(new SharedArrayBuffer(4));
let events = 0;

parentPort!.on('message', (posted: Posted) => {
  if (posted === 'sync') parentPort!.postMessage(events);
  else if ('stallMs' in posted) Atomics.wait(never, 0, 0, posted.stallMs);
  else events++;
});
