// The expired messages of each mailbox that are still stored, so that room is made in one without removing all others.

import { mailboxPart } from '../mailbox-key.js';
import type { LmdbExpiries } from './expiries.js';

/** Reads each entry of the index once between two removals, because a full mailbox may be asked for again and again. */
export class ExpiredMessages {
  readonly #expiries: LmdbExpiries;
  /** Entries before this time were read. */
  #readTo = 0;
  readonly #byMailbox = new Map<string, Buffer[]>();

  constructor(expiries: LmdbExpiries) {
    this.#expiries = expiries;
  }

  /** Returns the keys of messages that have expired by `now`. Some may be removed already. */
  of(mailboxKey: Buffer, now: number): readonly Buffer[] {
    if (now < this.#readTo - 1) this.forget();
    for (const key of this.#expiries.between(this.#readTo, now)) this.#add(key);
    this.#readTo = now + 1;
    return this.#byMailbox.get(nameOf(mailboxKey)) ?? [];
  }

  /** Records that a message is stored, because it may have expired before that. */
  noteStored(expiresAt: number): void {
    if (expiresAt < this.#readTo) this.forget();
  }

  /** Forgets the first messages of a list that `of` has returned: they are removed. */
  dropFirst(mailboxKey: Buffer, list: readonly Buffer[], count: number): void {
    const name = nameOf(mailboxKey);
    if (count > 0 && this.#byMailbox.get(name) === list) this.#byMailbox.set(name, list.slice(count));
  }

  forget(): void {
    this.#readTo = 0;
    this.#byMailbox.clear();
  }

  #add(messageKey: Buffer): void {
    const name = nameOf(mailboxPart(messageKey));
    const keys = this.#byMailbox.get(name);
    if (keys) keys.push(messageKey);
    else this.#byMailbox.set(name, [messageKey]);
  }
}

function nameOf(mailboxKey: Buffer): string {
  return mailboxKey.toString('latin1');
}
