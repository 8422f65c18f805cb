// The keys of a mailbox and of its messages: fixed widths, big endian, so that keys sort by number.

import { invariant } from '@gatehouse/support/invariant';
import type { Mailbox } from './store.js';
import { StoreError } from './store-error.js';

const channelAt = 32;
const seqAt = 48;
/** Length of the key of a mailbox. */
export const mailboxKeyLength = seqAt;
const length = 56;

export function mailboxKey(mailbox: Mailbox): Buffer {
  return withMailbox(Buffer.allocUnsafe(seqAt), mailbox);
}

/** Returns the key of a message, from that of its mailbox. */
export function messageIn(mailboxKey: Buffer, seq: bigint): Buffer {
  invariant(mailboxKey.length === seqAt, 'the key of a mailbox has 48 bytes');
  const key = Buffer.allocUnsafe(length);
  key.set(mailboxKey);
  key.writeBigUInt64BE(seq, seqAt);
  return key;
}

/** Writes the mailbox into a key. With any other widths, two mailboxes could share a key. */
function withMailbox(key: Buffer, { recipientKey, channelId }: Mailbox): Buffer {
  invariant(recipientKey.length === channelAt, 'the key of a recipient has 32 bytes');
  invariant(channelId.length === seqAt - channelAt, 'the id of a channel has 16 bytes');
  key.set(recipientKey, 0);
  key.set(channelId, channelAt);
  return key;
}

/** @throws StoreError when the key in the store is not that of a message */
export function checkMessageKey(messageKey: Uint8Array): void {
  if (messageKey.length === length) return;
  throw new StoreError('damaged', `a key of ${messageKey.length} bytes stands where one of a message has ${length}`);
}

export function mailboxOf(messageKey: Buffer): Mailbox {
  return { recipientKey: messageKey.subarray(0, channelAt), channelId: messageKey.subarray(channelAt, seqAt) };
}

/** Returns the key of the message's mailbox. */
export function mailboxPart(messageKey: Buffer): Buffer {
  return messageKey.subarray(0, seqAt);
}

export function seqOf(messageKey: Buffer): bigint {
  return messageKey.readBigUInt64BE(seqAt);
}

/** Returns a mailbox's name, for use as the key of a Map. */
export function mailboxName(mailbox: Mailbox): string {
  return mailboxKey(mailbox).toString('latin1');
}

/** Returns the recipient of a mailbox, from its key, as a name. */
export function ownerIn(mailboxKey: Buffer): string {
  return mailboxKey.toString('latin1', 0, channelAt);
}

/** The first and the last key that a mailbox of this recipient can have. */
export const mailboxesFrom = (owner: string) => mailboxEnd(owner, 0);
export const mailboxesTo = (owner: string) => mailboxEnd(owner, 0xff);

function mailboxEnd(owner: string, filling: number): Buffer {
  const key = Buffer.alloc(mailboxKeyLength, filling);
  key.write(owner, 'latin1');
  return key;
}
