// What the store keeps of a mailbox beside its messages: the last number given in it, and how much it holds.

export interface MailboxRecord {
  readonly last: bigint;
  readonly messages: number;
  /** Of payload. */
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
  const record = Buffer.allocUnsafe(length);
  record.writeBigUInt64BE(last);
  record.writeBigUInt64BE(BigInt(messages), messagesAt);
  record.writeBigUInt64BE(BigInt(bytes), bytesAt);
  return record;
}

export function decodeMailbox(record: Buffer): MailboxRecord {
  return {
    last: record.readBigUInt64BE(),
    messages: Number(record.readBigUInt64BE(messagesAt)),
    bytes: Number(record.readBigUInt64BE(bytesAt)),
  };
}
