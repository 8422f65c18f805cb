// The mailboxes that damaged leaves of a tree concern.

import { mailboxKeyLength } from '../../mailbox-key.js';
import type { DamagedRange } from '../damaged-ranges.js';
import type { Leaf } from './tree.js';

const lowest = Buffer.alloc(mailboxKeyLength, 0);
const highest = Buffer.alloc(mailboxKeyLength, 0xff);

/**
 * Takes the leaves of a tree in order. Its keys begin with the keys of mailboxes.
 *
 * LMDB reads the leaf beside the one that it is asked about, too: a cursor that comes to the end of a leaf goes on to
 * the next one, and a leaf that becomes too empty is joined with its neighbour. So with a damaged leaf, the mailboxes
 * of both its neighbours count as damaged where messages are removed and read by cursors (`withNeighbours`).
 */
export class DamagedLeaves {
  readonly ranges: DamagedRange[] = [];
  readonly #withNeighbours: boolean;
  /** The first mailbox of the leaf before. */
  #before: Buffer = lowest;
  /** Where the damage that is not yet followed by a sound leaf begins. */
  #from: Buffer | undefined;

  constructor(withNeighbours: boolean) {
    this.#withNeighbours = withNeighbours;
  }

  take(leaf: Leaf): void {
    if ('fault' in leaf) {
      if (!this.#withNeighbours) this.#note(mailboxIn(leaf.low) ?? lowest, mailboxIn(leaf.high) ?? highest);
      else this.#from ??= this.#before;
      return;
    }
    this.#before = mailboxIn(leaf.entries[0]!.key)!;
    if (this.#from !== undefined) this.#note(this.#from, mailboxIn(leaf.entries.at(-1)!.key)!);
    this.#from = undefined;
  }

  end(): void {
    if (this.#from !== undefined) this.#note(this.#from, highest);
  }

  #note(from: Buffer, to: Buffer): void {
    this.ranges.push({ from, to });
  }
}

/** Returns a copy. A border between two leaves may be shorter than a key. */
function mailboxIn(key: Buffer | undefined): Buffer | undefined {
  return key && Buffer.concat([key, lowest]).subarray(0, mailboxKeyLength);
}
