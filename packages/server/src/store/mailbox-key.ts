// The keys of a mailbox and of its messages: fixed widths, big endian, so that byte order is order.

import type { Mailbox } from './store.js';

const channelAt = 32;
const seqAt = 48;
const length = 56;

export function mailboxKey(mailbox: Mailbox): Buffer {
  const key = Buffer.allocUnsafe(seqAt);
  key.set(mailbox.recipientKey, 0);
  key.set(mailbox.channelId, channelAt);
  return key;
}

export function messageKey(mailbox: Mailbox, seq: bigint): Buffer {
  const key = Buffer.allocUnsafe(length);
  key.set(mailbox.recipientKey, 0);
  key.set(mailbox.channelId, channelAt);
  key.writeBigUInt64BE(seq, seqAt);
  return key;
}

export function mailboxOf(messageKey: Buffer): Mailbox {
  return { recipientKey: messageKey.subarray(0, channelAt), channelId: messageKey.subarray(channelAt, seqAt) };
}

export function seqOf(messageKey: Buffer): bigint {
  return messageKey.readBigUInt64BE(seqAt);
}

/** A mailbox as the key of a Map. */
export function mailboxName(mailbox: Mailbox): string {
  return mailboxKey(mailbox).toString('latin1');
}
