// A store whose content can be computed, and what it answers: all of it, or exactly what is refused.

import { createHash } from 'node:crypto';
import type { Mailbox, Offer, Store } from '@gatehouse/server';
import { never, times } from '../store-contract/small-messages.js';
import { admitAll, offerOf } from '../support/admit-all.js';

const mailboxCount = 300;
const rounds = 10;
const users = 50;
/** A message of this size has pages of its own. */
const large = 9_000;
const small = 900;

const digest = (text: string) => createHash('sha512').update(text).digest();

export const knownMailboxes: readonly Mailbox[] = times(mailboxCount, (i) => {
  const key = digest(`mailbox ${i}`);
  return { recipientKey: key.subarray(0, 32), channelId: key.subarray(32, 48) };
});

/** A payload that depends on all that it is known by. */
export function payloadOf(index: number, seq: bigint): Buffer {
  const length = (index + Number(seq)) % 10 === 0 ? large : small;
  const pattern = digest(`${index} ${seq}`);
  return Buffer.alloc(length, pattern);
}

const offerIn = (index: number, seq: bigint): Offer => ({
  ...offerOf(knownMailboxes[index]!, payloadOf(index, seq)),
  senderIdentity: Buffer.alloc(32, 7),
  retry: { key: receiptId(index, seq), fingerprint: Buffer.alloc(32, 1), lifeMs: never },
});

const receiptId = (index: number, seq: bigint) => digest(`receipt ${index} ${seq}`).subarray(0, 40);
export const knownUsers = times(users, (i) => ({
  username: `user-${i}`,
  identityKey: digest(`identity ${i}`).subarray(0, 32),
  registrationRecord: digest(`record ${i}`).toString('hex').repeat(2),
}));
export const knownChannels = times(users, (i) => ({
  id: digest(`channel ${i}`).subarray(0, 16),
  members: [digest(`a ${i}`).subarray(0, 32), digest(`b ${i}`).subarray(0, 32)].sort(Buffer.compare),
}));

/** Mailboxes with an even index are acknowledged up to this number. */
export const acknowledged = (index: number): bigint => (index % 2 === 0 ? BigInt(index % rounds) : 0n);
export const lastSeq = BigInt(rounds);

/** Stores the message with this number in each of these mailboxes, with a receipt. */
export async function addTo(store: Store, indexes: readonly number[], seq: bigint): Promise<void> {
  await admitAll(
    store,
    indexes.map((index) => offerIn(index, seq)),
  );
}

export async function fill(store: Store): Promise<void> {
  for (let seq = 1n; seq <= lastSeq; seq++) await addTo(store, [...knownMailboxes.keys()], seq);
  await Promise.all(knownMailboxes.map((mailbox, i) => store.acknowledge(mailbox, acknowledged(i))));
  await Promise.all(knownUsers.map((user) => store.addUser(user)));
  await Promise.all(knownChannels.map(({ id, members }) => store.openChannel(members[0]!, members[1]!, id)));
}
