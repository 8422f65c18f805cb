// The clients that wait for a message in a mailbox. Each costs two map entries and no timer: one timer serves them all.

import { mailboxName } from '../store/mailbox-key.js';
import type { Mailbox } from '../store/store.js';

/** The reason why a wait ended: a message was stored, or there is nothing more to wait for. */
export type Waking = 'message' | 'over';

/** The wait of one client. It ends once: on a message, on timeout, when it is given up, or when the server closes. */
export interface Wait {
  readonly waking: Promise<Waking>;
  giveUp(): void;
}

type Wake = (waking: Waking) => void;

/** Resolution of times, in ms: a client may wait this much longer, and the timer fires no more often. */
const tickMs = 20;

export class Waiters {
  readonly #byMailbox = new Map<string, Set<Wake>>();
  /** By the tick in which their time is over. */
  readonly #byTick = new Map<number, Set<Wake>>();
  #timer: NodeJS.Timeout | undefined;
  #timerTick = Number.POSITIVE_INFINITY;
  #size = 0;
  #closed = false;

  /** Wakes the clients of a mailbox in which a message was stored. */
  wake(mailbox: Mailbox): void {
    if (this.#size === 0) return;
    for (const wake of [...(this.#byMailbox.get(mailboxName(mailbox)) ?? [])]) wake('message');
  }

  /** Number of waiting clients, in all mailboxes. */
  get size(): number {
    return this.#size;
  }

  /** True once no client may wait any more. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /**
   * Listens from the call on, so that no message is missed between reading the mailbox and waiting.
   * Times out after `ms`.
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

  /** Ends all waits, and allows no new ones. */
  close(): void {
    this.#closed = true;
    for (const waiting of [...this.#byTick.values()]) for (const wake of [...waiting]) wake('over');
    this.#setTimer(Number.POSITIVE_INFINITY);
  }

  /** Sets the timer for the next tick in which a wait times out; infinity: none. */
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

/** Returns true if it was there. */
function remove<K>(sets: Map<K, Set<Wake>>, key: K, wake: Wake): boolean {
  const set = sets.get(key);
  const had = set?.delete(wake) ?? false;
  if (set?.size === 0) sets.delete(key);
  return had;
}
