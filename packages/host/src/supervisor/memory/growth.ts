// Growth of the whole process that can only be one session's, where Node does not tell how much each thread takes.
//
// That is so while it alone is at work, and the server sleeps until it has answered. What else may grow then is little:
// this thread, and a spare one that boots.

import { processBytes } from './resident-memory.js';

/** A session, as far as it matters who is at work. */
export interface AtWork {
  isBusy(): boolean;
  isWaitedFor(): boolean;
}

/** Who is alone at work, by how much the process has grown since that was noticed, and whether that was just now. */
export interface Lonely<T> {
  readonly watched: T;
  readonly growth: number;
  readonly isNew: boolean;
}

export class LonelyGrowth {
  #one: AtWork | undefined;
  /** What the process took when that was first found alone, in bytes. */
  #from = 0;

  /** Who is alone now, and by how much the process has grown since that was noticed. */
  next<T extends AtWork>(sessions: readonly T[]): Lonely<T> | undefined {
    const busy = sessions.filter((session) => session.isBusy());
    const [one] = busy;
    if (one === undefined || busy.length > 1 || !one.isWaitedFor()) {
      this.#one = undefined;
      return undefined;
    }
    const bytes = processBytes();
    // Unknown now: what is known of it stands until the next look.
    if (bytes === undefined) return undefined;
    const isNew = this.#one !== one;
    if (isNew) this.#from = bytes;
    this.#one = one;
    return { watched: one, growth: bytes - this.#from, isNew };
  }
}
