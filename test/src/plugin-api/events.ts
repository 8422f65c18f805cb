// An arbitrary event for every row of the table; a row without one does not compile.

import type { EventOf, HookName } from '@gatehouse/plugin-api';
import fc from 'fast-check';

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const count = fc.maxSafeNat();
// Whole characters of every length in UTF-8, which is what crosses unchanged. At most 4 bytes each.
const text = fc.string({ unit: 'binary', maxLength: 256 });

/** Plain objects with all of the fields. */
const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields, { noNullPrototype: true });

const message = fc.record(
  {
    senderIdentity: bytesOf(32),
    recipientKey: bytesOf(32),
    channelId: bytesOf(16),
    payloadLen: count,
    seq: u64,
  },
  { requiredKeys: ['recipientKey', 'channelId', 'payloadLen', 'seq'], noNullPrototype: true },
);

export const arbitraryEvents: { readonly [N in HookName]: fc.Arbitrary<EventOf<N>> } = {
  onMessageEnqueue: message,
  onBatchEnqueue: fc.array(message, { maxLength: 20 }),
  onAuth: record({ username: text, success: fc.boolean(), failureReason: text }),
  onChannelCreated: record({
    channelId: bytesOf(16),
    initiatorKey: bytesOf(32),
    peerKey: bytesOf(32),
    wasNew: fc.boolean(),
  }),
  onFetch: record({ recipientKey: bytesOf(32), channelId: bytesOf(16), messageCount: count }),
  onUserRegistered: record({ username: text, identityKey: bytesOf(32) }),
};
