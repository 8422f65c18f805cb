// The words of the raw ping-pong, on cache lines of their own.

export const PING = 0;
export const PONG = 16;
export const words = 32;

/** Stands in PING between rounds: a spinning thread goes to sleep on it. */
export const STOP = 0;

export interface RawStart {
  readonly memory: SharedArrayBuffer;
  readonly mode: 'spin' | 'park';
}
