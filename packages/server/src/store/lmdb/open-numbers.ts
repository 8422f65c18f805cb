// The last number given in each mailbox, while some of its numbers are not on disk yet.

import { invariant } from '@gatehouse/support/invariant';

interface OpenNumber {
  last: bigint;
  uncommitted: number;
}

/** Mailboxes are named by their key, as a string. */
export class OpenNumbers {
  readonly #byMailbox = new Map<string, OpenNumber>();
  /** All numbers are higher: earlier ones may belong to an earlier epoch. */
  readonly #floor: bigint;

  constructor(floor: bigint) {
    this.#floor = floor;
  }

  /** `lastOnDisk` counts only if no number of the mailbox is open. */
  next(mailbox: string, lastOnDisk: bigint): bigint {
    let number = this.#byMailbox.get(mailbox);
    if (number === undefined) {
      number = { last: lastOnDisk < this.#floor ? this.#floor : lastOnDisk, uncommitted: 0 };
      this.#byMailbox.set(mailbox, number);
    }
    number.uncommitted += 1;
    number.last += 1n;
    return number.last;
  }

  /**
   * Records that one of the mailbox's numbers is on disk. Not called for a number that could not be written: it stays in
   * memory, or it would be given again.
   */
  committed(mailbox: string): void {
    const number = this.#byMailbox.get(mailbox);
    invariant(number !== undefined && number.uncommitted > 0, 'only numbers that were given are committed');
    number.uncommitted -= 1;
    if (number.uncommitted === 0) this.#byMailbox.delete(mailbox);
  }
}
