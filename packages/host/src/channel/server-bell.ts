// The bell that the server thread sleeps on: one for the whole host, rung by every session and by the supervisor.
//
//   word  name     written by
//     0   BELL     sessions, +1 when a call is answered; the supervisor, +1 when a session has ended
//    16   STANCE   server; LISTENING while only calls sleep that do not block its thread
//    17   LONG     server, +1 when a call takes longer than most; the supervisor sleeps on it
//
// A session that rings it needlessly only costs the server a look at its lanes.

import { Bell } from './bell.js';

const BELL = 0;
const STANCE = 16;
const LONG = 17;
const words = 32;

/** Creates the memory of the server's bell. */
export function createServerBell(): SharedArrayBuffer {
  return new SharedArrayBuffer(words * 4);
}

export function openServerBell(memory: SharedArrayBuffer): Bell {
  return new Bell(new Int32Array(memory), BELL, STANCE);
}

/** Notifies the supervisor of a long call, which costs it nothing until then. */
export function tellOfLongCall({ words }: Bell): void {
  Atomics.add(words, LONG, 1);
  Atomics.notify(words, LONG);
}

/** Resolves when the server reports a long call. */
export async function longCall({ words }: Bell): Promise<void> {
  const wait = Atomics.waitAsync(words, LONG, Atomics.load(words, LONG));
  if (wait.async) await wait.value;
}
