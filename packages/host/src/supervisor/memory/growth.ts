// Growth of the whole process that one session must have caused, on Nodes that do not report the memory of each thread.
//
// It must have while it alone is at work and the server sleeps until it has answered. Little else grows then: this
// thread, and half a second after a crash a spare thread of that plugin, which boots (see thread-runner.ts).

import { processBytes } from './resident-memory.js';

/** The activity of a session. */
export interface AtWork {
  isBusy(): boolean;
  isWaitedFor(): boolean;
}

/** The only session at work, the growth of the process since that was noticed, and whether it was just noticed. */
export interface Lonely<T> {
  readonly watched: T;
  readonly growth: number;
  readonly isNew: boolean;
}

export class LonelyGrowth {
  #one: AtWork | undefined;
  /** Memory of the process when that session was first found alone, in bytes. */
  #from = 0;

  /** Returns the session that is alone at work now, if any, and the growth of the process since that was noticed. */
  next<T extends AtWork>(sessions: readonly T[]): Lonely<T> | undefined {
    const busy = sessions.filter((session) => session.isBusy());
    const [one] = busy;
    if (one === undefined || busy.length > 1 || !one.isWaitedFor()) {
      this.#one = undefined;
      return undefined;
    }
    const bytes = processBytes();
    // Unknown now: the last state is kept until the next look.
    if (bytes === undefined) return undefined;
    const isNew = this.#one !== one;
    if (isNew) this.#from = bytes;
    this.#one = one;
    return { watched: one, growth: bytes - this.#from, isNew };
  }
}
