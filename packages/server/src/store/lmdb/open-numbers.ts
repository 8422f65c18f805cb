// The last number assigned in each mailbox, while some of its numbers are not on disk yet.

import { invariant } from '@gatehouse/support/invariant';
import { mailboxName } from '../mailbox-key.js';
import type { Mailbox } from '../store.js';

interface OpenNumber {
  last: bigint;
  uncommitted: number;
}

export class OpenNumbers {
  readonly #byMailbox = new Map<string, OpenNumber>();
  /** All numbers are higher: earlier ones may belong to an earlier epoch. */
  readonly #floor: bigint;
  readonly #lastOnDisk: (mailbox: Mailbox) => bigint;

  constructor(floor: bigint, lastOnDisk: (mailbox: Mailbox) => bigint) {
    this.#floor = floor;
    this.#lastOnDisk = lastOnDisk;
  }

  next(mailbox: Mailbox): bigint {
    const number = this.#open(mailbox);
    number.uncommitted += 1;
    number.last += 1n;
    return number.last;
  }

  /** Checks, before anything is written, that the number was assigned. */
  check(mailbox: Mailbox, seq: bigint): void {
    const last = this.#byMailbox.get(mailboxName(mailbox))?.last ?? 0n;
    invariant(seq > 0n && seq <= last, 'only numbers that were given are committed');
  }

  /** Records that one of the mailbox's numbers is on disk. */
  committed(mailbox: Mailbox): void {
    const name = mailboxName(mailbox);
    const number = this.#byMailbox.get(name)!;
    number.uncommitted -= 1;
    if (number.uncommitted === 0) this.#byMailbox.delete(name);
  }

  #open(mailbox: Mailbox): OpenNumber {
    const name = mailboxName(mailbox);
    const open = this.#byMailbox.get(name) ?? { last: this.#lastBefore(mailbox), uncommitted: 0 };
    this.#byMailbox.set(name, open);
    return open;
  }

  #lastBefore(mailbox: Mailbox): bigint {
    const last = this.#lastOnDisk(mailbox);
    if (last > this.#floor) return last;
    return this.#floor;
  }
}
