// The clients that wait for a mailbox to get a message. They cost a map entry and a timer each, and nothing else.

import { mailboxName } from './store/mailbox-key.js';
import type { Mailbox } from './store/store.js';

/** Why a wait ended: a message was stored, or there is nothing more to wait for. */
export type Waking = 'message' | 'over';

type Wake = (waking: Waking) => void;

export class Waiters {
  readonly #byMailbox = new Map<string, Set<Wake>>();
  #closed = false;

  /** A message was stored in the mailbox. */
  wake(mailbox: Mailbox): void {
    if (this.#byMailbox.size === 0) return;
    for (const wake of [...(this.#byMailbox.get(mailboxName(mailbox)) ?? [])]) wake('message');
  }

  /** How many wait, in all mailboxes. */
  get size(): number {
    return [...this.#byMailbox.values()].reduce((sum, waiting) => sum + waiting.size, 0);
  }

  /**
   * Begins to listen at once, so that what is stored between a look into the mailbox and the wait is not missed.
   * Resolves `over` after `ms`, when the signal aborts, and when the server closes.
   */
  next(mailbox: Mailbox, ms: number, signal: AbortSignal): Promise<Waking> {
    if (this.#closed || signal.aborted || ms <= 0) return Promise.resolve('over');
    const name = mailboxName(mailbox);
    return new Promise((resolve) => {
      const wake: Wake = (waking) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', over);
        this.#remove(name, wake);
        resolve(waking);
      };
      const over = () => wake('over');
      const timer = setTimeout(over, ms);
      signal.addEventListener('abort', over);
      this.#add(name, wake);
    });
  }

  /** Sends everyone home, and lets nobody wait any more. */
  close(): void {
    this.#closed = true;
    for (const waiting of [...this.#byMailbox.values()]) for (const wake of [...waiting]) wake('over');
  }

  #add(name: string, wake: Wake): void {
    const waiting = this.#byMailbox.get(name);
    if (waiting) waiting.add(wake);
    else this.#byMailbox.set(name, new Set([wake]));
  }

  #remove(name: string, wake: Wake): void {
    const waiting = this.#byMailbox.get(name);
    waiting?.delete(wake);
    if (waiting?.size === 0) this.#byMailbox.delete(name);
  }
}
