// The record of a mailbox besides its messages: the numbers given in it, its cursor, and how much it holds.

import { invariant } from '@gatehouse/support/invariant';
import { checksumLength, seal, unsealed } from './checksum.js';
import { recordDamage } from './failure.js';
import { readNumber, writeNumber } from './whole-numbers.js';

export interface MailboxRecord {
  /** The last number that was used. */
  readonly last: bigint;
  /** Messages that are stored, with those that are acknowledged or expired and not removed yet. */
  readonly messages: number;
  /** Their bytes of payload. */
  readonly bytes: number;
  /** The number up to which messages are acknowledged. */
  readonly cursor: bigint;
  /** The ordinal of the newest message: how many there ever were. */
  readonly added: number;
  /** The ordinal of the last message up to which all are acknowledged or removed. */
  readonly passed: number;
  /** Messages after that one that are removed, because they expired before an older one. */
  readonly holes: number;
}

// ┌──────────────┬──────────────────┬───────────────┬────────────────┬───────────────┬────────────────┬───────────────┐
// │ last (8, BE) │ messages (8, BE) │ bytes (8, BE) │ cursor (8, BE) │ added (8, BE) │ passed (8, BE) │ holes (8, BE) │
// └──────────────┴──────────────────┴───────────────┴────────────────┴───────────────┴────────────────┴───────────────┘
//
// and a checksum (4, BE). The older form ends after `bytes`, and has none.
const messagesAt = 8;
const bytesAt = 16;
const cursorAt = 24;
const addedAt = 32;
const passedAt = 40;
const holesAt = 48;
const length = 56 + checksumLength;
const olderLength = 24;

export const emptyMailbox: MailboxRecord = {
  last: 0n,
  messages: 0,
  bytes: 0,
  cursor: 0n,
  added: 0,
  passed: 0,
  holes: 0,
};

/** Number of messages that are neither acknowledged nor removed. */
export function unpassed({ added, passed, holes }: MailboxRecord): number {
  return added - passed - holes;
}

/** Number of messages that are acknowledged and still stored. */
export function acknowledged(record: MailboxRecord): number {
  return record.messages - unpassed(record);
}

/** Checks what is about to be written. */
export function checkMailbox(mailbox: MailboxRecord): void {
  invariant(isSound(mailbox), 'a mailbox holds no less than nothing');
}

export function encodeMailbox(key: Uint8Array, mailbox: MailboxRecord): Buffer {
  checkMailbox(mailbox);
  const { last, messages, bytes, cursor, added, passed, holes } = mailbox;
  const record = Buffer.allocUnsafe(length);
  record.writeBigUInt64BE(last);
  writeNumber(record, messages, messagesAt);
  writeNumber(record, bytes, bytesAt);
  record.writeBigUInt64BE(cursor, cursorAt);
  writeNumber(record, added, addedAt);
  writeNumber(record, passed, passedAt);
  writeNumber(record, holes, holesAt);
  return seal(key, record);
}

/** @throws StoreError when it is not the record of the mailbox with this key */
export function decodeMailbox(key: Uint8Array, record: Buffer): MailboxRecord {
  const mailbox = record.length === olderLength ? olderMailbox(record) : currentMailbox(key, record);
  if (!isSound(mailbox)) throw recordDamage('a mailbox that holds more than can be counted');
  return mailbox;
}

function currentMailbox(key: Uint8Array, record: Buffer): MailboxRecord {
  if (record.length !== length) throw recordDamage(`a mailbox of ${record.length} bytes, where it has ${length}`);
  unsealed(key, record, 'a mailbox');
  const numberAt = (at: number) => readNumber(record, at);
  return {
    last: record.readBigUInt64BE(),
    messages: numberAt(messagesAt),
    bytes: numberAt(bytesAt),
    cursor: record.readBigUInt64BE(cursorAt),
    added: numberAt(addedAt),
    passed: numberAt(passedAt),
    holes: numberAt(holesAt),
  };
}

/** Its messages have no ordinals of their own, but count as the first ones. */
function olderMailbox(record: Buffer): MailboxRecord {
  const messages = Number(record.readBigUInt64BE(messagesAt));
  const bytes = Number(record.readBigUInt64BE(bytesAt));
  return { ...emptyMailbox, last: record.readBigUInt64BE(), messages, bytes, added: messages };
}

function isSound(mailbox: MailboxRecord): boolean {
  const { messages, bytes, added, passed, holes } = mailbox;
  const areCounts = isCount(messages) && isCount(bytes) && isCount(added) && isCount(passed) && isCount(holes);
  return areCounts && unpassed(mailbox) >= 0 && acknowledged(mailbox) >= 0;
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}
