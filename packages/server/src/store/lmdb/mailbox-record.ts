// The record of a mailbox besides its messages: the last number assigned in it, and how much it holds.

import { invariant } from '@gatehouse/support/invariant';
import { recordDamage } from './failure.js';

export interface MailboxRecord {
  readonly last: bigint;
  readonly messages: number;
  /** Payload bytes. */
  readonly bytes: number;
}

// ┌──────────────┬──────────────────┬───────────────┐
// │ last (8, BE) │ messages (8, BE) │ bytes (8, BE) │
// └──────────────┴──────────────────┴───────────────┘
const messagesAt = 8;
const bytesAt = 16;
const length = 24;

export const emptyMailbox: MailboxRecord = { last: 0n, messages: 0, bytes: 0 };

export function encodeMailbox({ last, messages, bytes }: MailboxRecord): Buffer {
  invariant(isCount(messages) && isCount(bytes), 'a mailbox holds no less than nothing');
  const record = Buffer.allocUnsafe(length);
  record.writeBigUInt64BE(last);
  record.writeBigUInt64BE(BigInt(messages), messagesAt);
  record.writeBigUInt64BE(BigInt(bytes), bytesAt);
  return record;
}

/** @throws StoreError when it is not such a record */
export function decodeMailbox(record: Buffer): MailboxRecord {
  if (record.length !== length) throw recordDamage(`a mailbox of ${record.length} bytes, where it has ${length}`);
  const messages = Number(record.readBigUInt64BE(messagesAt));
  const bytes = Number(record.readBigUInt64BE(bytesAt));
  if (!isCount(messages) || !isCount(bytes)) throw recordDamage('a mailbox that holds more than can be counted');
  return { last: record.readBigUInt64BE(), messages, bytes };
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}
