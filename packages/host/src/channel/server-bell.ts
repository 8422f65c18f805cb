// The bell that the server thread sleeps on: one for the whole host, rung by every session and by the supervisor.
//
//   word  name     written by
//     0   BELL     sessions, +1 when a call is answered; the supervisor, +1 when a session has ended
//    16   STANCE   server
//
// A session that rings it without need costs the server a look at its lanes and nothing else.

import { Bell } from './bell.js';

const BELL = 0;
const STANCE = 16;
const words = 32;

/** Makes the memory of the server's bell. */
export function createServerBell(): SharedArrayBuffer {
  return new SharedArrayBuffer(words * 4);
}

export function openServerBell(memory: SharedArrayBuffer): Bell {
  return new Bell(new Int32Array(memory), BELL, STANCE);
}
