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
  readonly #lastOnDisk: (mailbox: Mailbox) => bigint;

  constructor(lastOnDisk: (mailbox: Mailbox) => bigint) {
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
    const open = this.#byMailbox.get(name) ?? { last: this.#lastOnDisk(mailbox), uncommitted: 0 };
    this.#byMailbox.set(name, open);
    return open;
  }
}
