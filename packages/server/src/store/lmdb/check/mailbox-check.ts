// Compares what each mailbox is known to hold with the messages that are found.

import { checkMessageKey, mailboxPart, seqOf } from '../../mailbox-key.js';
import { StoreError } from '../../store-error.js';
import { type DamagedRange, isInRanges, mergedRanges } from '../damaged-ranges.js';
import { decodeMailbox, emptyMailbox } from '../mailbox-record.js';
import { decodeMessage } from '../message-record.js';
import { DamagedLeaves } from './damaged-leaves.js';
import type { Entry, Leaf } from './tree.js';

export interface CheckedMailboxes {
  /** Merged. */
  readonly damaged: readonly DamagedRange[];
  readonly mailboxes: number;
  readonly messages: number;
}

/** The messages of a mailbox, or the record of one. */
interface Holding {
  readonly key: Buffer;
  readonly messages: number;
  readonly bytes: number;
  /** Of messages: the number of the last one. Of a record: the last number given. */
  readonly last: bigint;
  readonly isSound: boolean;
}

const nothing = { ...emptyMailbox, isSound: true };

/** Takes the leaves of the two databases, in order. @throws TreeFault when more is damaged than mailboxes */
export function checkMailboxes(messages: Iterable<Leaf>, records: Iterable<Leaf>): CheckedMailboxes {
  const ofMessages = new DamagedLeaves(true);
  const ofRecords = new DamagedLeaves(false);
  const damaged: DamagedRange[] = [];
  const count = { mailboxes: 0, messages: 0 };
  for (const [found, known] of pairs(sumsOf(messages, ofMessages), recordsOf(records, ofRecords))) {
    count.mailboxes += 1;
    count.messages += found?.messages ?? 0;
    const { key } = (found ?? known)!;
    if (!agree(found ?? nothing, known ?? nothing)) damaged.push({ from: key, to: key });
  }
  return { damaged: mergedRanges([...damaged, ...ofMessages.ranges, ...ofRecords.ranges]), ...count };
}

/** Returns the mailboxes with a damaged entry in a database whose keys begin with theirs. @throws TreeFault */
export function damagedBy(leaves: Iterable<Leaf>, isSound: (entry: Entry) => boolean): readonly DamagedRange[] {
  const damaged = new DamagedLeaves(true);
  const found: DamagedRange[] = [];
  for (const leaf of leaves) {
    damaged.take(leaf);
    for (const entry of 'fault' in leaf ? [] : leaf.entries) {
      if (isSound(entry)) continue;
      const key = Buffer.from(mailboxPart(entry.key));
      found.push({ from: key, to: key });
    }
  }
  damaged.end();
  return [...found, ...damaged.ranges];
}

/** Returns the keys of the mailboxes that have a record and are in one of the ranges. */
export function mailboxesIn(ranges: readonly DamagedRange[], records: Iterable<Leaf>): readonly Buffer[] {
  const keys: Buffer[] = [];
  for (const leaf of records) {
    if ('fault' in leaf) continue;
    keys.push(...leaf.entries.map(({ key }) => key).filter((key) => isInRanges(key, ranges)));
  }
  return keys.map((key) => Buffer.from(key));
}

type Held = Omit<Holding, 'key'>;

function agree(found: Held, known: Held): boolean {
  if (!found.isSound || !known.isSound) return false;
  return found.messages === known.messages && found.bytes === known.bytes && found.last <= known.last;
}

/** Adds up the messages of each mailbox. */
function* sumsOf(leaves: Iterable<Leaf>, damaged: DamagedLeaves): Generator<Holding> {
  let sum: Holding | undefined;
  for (const leaf of leaves) {
    damaged.take(leaf);
    for (const entry of 'fault' in leaf ? [] : leaf.entries) {
      const key = mailboxPart(entry.key);
      if (sum !== undefined && !sum.key.equals(key)) {
        yield sum;
        sum = undefined;
      }
      sum = withMessage(sum ?? { key: Buffer.from(key), messages: 0, bytes: 0, last: 0n, isSound: true }, entry);
    }
  }
  damaged.end();
  if (sum !== undefined) yield sum;
}

function withMessage(sum: Holding, { key, value }: Entry): Holding {
  const bytes = value && orDamage(() => payloadBytes(key, value));
  if (bytes === undefined) return { ...sum, isSound: false };
  return { ...sum, messages: sum.messages + 1, bytes: sum.bytes + bytes, last: seqOf(key) };
}

/** @throws StoreError when it is not a message */
function payloadBytes(key: Buffer, record: Buffer): number {
  checkMessageKey(key);
  return decodeMessage(key, record).payload.length;
}

function* recordsOf(leaves: Iterable<Leaf>, damaged: DamagedLeaves): Generator<Holding> {
  for (const leaf of leaves) {
    damaged.take(leaf);
    for (const { key, value } of 'fault' in leaf ? [] : leaf.entries) {
      const record = value && orDamage(() => decodeMailbox(key, value));
      yield { ...(record ?? emptyMailbox), key: Buffer.from(key), isSound: record !== undefined };
    }
  }
  damaged.end();
}

/** Returns undefined for a damaged record. */
function orDamage<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

/** Joins two lists in the order of their keys; what has no counterpart comes alone. */
function* pairs(
  as: Iterator<Holding>,
  bs: Iterator<Holding>,
): Generator<readonly [Holding | undefined, Holding | undefined]> {
  let [a, b] = [next(as), next(bs)];
  while (a !== undefined || b !== undefined) {
    const order = a === undefined ? 1 : b === undefined ? -1 : a.key.compare(b.key);
    yield [order <= 0 ? a : undefined, order >= 0 ? b : undefined];
    if (order <= 0) a = next(as);
    if (order >= 0) b = next(bs);
  }
}

function next(list: Iterator<Holding>): Holding | undefined {
  const { done, value } = list.next();
  return done === true ? undefined : value;
}
