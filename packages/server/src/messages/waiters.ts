// The clients that wait for a mailbox to get a message. Each costs two map entries and nothing that runs: one timer
// serves them all.

import { mailboxName } from '../store/mailbox-key.js';
import type { Mailbox } from '../store/store.js';

/** Why a wait ended: a message was stored, or there is nothing more to wait for. */
export type Waking = 'message' | 'over';

/** One client that waits. It ends once: with a message, with its time, when it is given up, or when the server closes. */
export interface Wait {
  readonly waking: Promise<Waking>;
  giveUp(): void;
}

type Wake = (waking: Waking) => void;

/** Times are kept to this, in ms: who waits may wait so much longer, and the timer runs no more often. */
const tickMs = 20;

export class Waiters {
  readonly #byMailbox = new Map<string, Set<Wake>>();
  /** Whose time is over in which tick. */
  readonly #byTick = new Map<number, Set<Wake>>();
  #timer: NodeJS.Timeout | undefined;
  #timerTick = Number.POSITIVE_INFINITY;
  #size = 0;
  #closed = false;

  /** A message was stored in the mailbox. */
  wake(mailbox: Mailbox): void {
    if (this.#size === 0) return;
    for (const wake of [...(this.#byMailbox.get(mailboxName(mailbox)) ?? [])]) wake('message');
  }

  /** How many wait, in all mailboxes. */
  get size(): number {
    return this.#size;
  }

  /** True once nobody waits any more. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /**
   * Begins to listen at once, so that what is stored between a look into the mailbox and the wait is not missed.
   * Its time is over after `ms`.
   */
  next(mailbox: Mailbox, ms: number): Wait {
    if (this.#closed || ms <= 0) return { waking: Promise.resolve('over'), giveUp: () => {} };
    const name = mailboxName(mailbox);
    const tick = Math.ceil((performance.now() + ms) / tickMs);
    let wake: Wake = () => {};
    const waking = new Promise<Waking>((resolve) => {
      wake = (waking) => {
        if (!remove(this.#byMailbox, name, wake)) return;
        remove(this.#byTick, tick, wake);
        this.#size -= 1;
        resolve(waking);
      };
    });
    add(this.#byMailbox, name, wake);
    add(this.#byTick, tick, wake);
    this.#size += 1;
    if (tick < this.#timerTick) this.#setTimer(tick);
    return { waking, giveUp: () => wake('over') };
  }

  /** Sends everyone home, and lets nobody wait any more. */
  close(): void {
    this.#closed = true;
    for (const waiting of [...this.#byTick.values()]) for (const wake of [...waiting]) wake('over');
    this.#setTimer(Number.POSITIVE_INFINITY);
  }

  /** For the next tick in which somebody's time is over; infinity: none. */
  #setTimer(tick: number): void {
    clearTimeout(this.#timer);
    this.#timerTick = tick;
    if (tick !== Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(() => this.#endThoseDue(), tick * tickMs - performance.now());
    }
  }

  #endThoseDue(): void {
    const now = performance.now() / tickMs;
    for (const [tick, waiting] of [...this.#byTick]) {
      if (tick <= now) for (const wake of [...waiting]) wake('over');
    }
    let next = Number.POSITIVE_INFINITY;
    for (const tick of this.#byTick.keys()) next = Math.min(next, tick);
    this.#setTimer(next);
  }
}

function add<K>(sets: Map<K, Set<Wake>>, key: K, wake: Wake): void {
  const set = sets.get(key);
  if (set) set.add(wake);
  else sets.set(key, new Set([wake]));
}

/** Whether it was there. */
function remove<K>(sets: Map<K, Set<Wake>>, key: K, wake: Wake): boolean {
  const set = sets.get(key);
  const had = set?.delete(wake) ?? false;
  if (set?.size === 0) sets.delete(key);
  return had;
}
