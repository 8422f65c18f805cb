// Stores that break a promise of their messages: how they come back, and when they go.

import type { Mailbox, NumberedMessage, Store } from '@gatehouse/server';
import { early, late } from '../clocks.js';
import { all } from '../small-messages.js';
import type { BrokenStores } from './broken-store.js';

type Change = (message: NumberedMessage) => NumberedMessage;

const fetching = (change: Change) => (store: Store) => ({
  fetch: async (...asked: Parameters<Store['fetch']>) => (await store.fetch(...asked)).map(change),
});

export const brokenMessages = {
  'cuts off large payloads': {
    promise: 'payloads of all sizes come back byte for byte',
    breaks: fetching((message) => ({ ...message, payload: message.payload.subarray(0, 65_535) })),
  },

  'forgets the sender': {
    promise: 'senders, times and plugins without a verdict come back as they were given, or not at all',
    breaks: fetching(({ senderIdentity, ...message }) => message),
  },

  'rounds times to seconds': {
    promise: 'senders, times and plugins without a verdict come back as they were given, or not at all',
    breaks: fetching((message) => ({ ...message, storedAt: Math.floor(message.storedAt / 1_000) * 1_000 })),
  },

  'names no plugins where there are none': {
    promise: 'senders, times and plugins without a verdict come back as they were given, or not at all',
    breaks: fetching((message) => ({ admittedWithout: [], ...message })),
  },

  'forgets the revision': {
    promise: 'a message comes back with the revision that decided it, or without one',
    breaks: fetching(({ revision, ...message }) => message),
  },

  'has a revision for every message': {
    promise: 'a message comes back with the revision that decided it, or without one',
    breaks: fetching((message) => ({ revision: 0, ...message })),
  },

  'fetches the message to go on after': {
    promise: 'a fetch goes on after its number, whether that is in the mailbox or not',
    breaks: (store) => ({
      fetch: (from, range) => store.fetch(from, { ...range, after: range.after === 0n ? 0n : range.after - 1n }),
    }),
  },

  'ignores the limit of a fetch': {
    promise: 'a fetch returns no more messages than its limit, and as many if there are',
    breaks: (store) => ({ fetch: (from, range) => store.fetch(from, { ...range, limit: all.limit }) }),
  },

  'ignores the bytes of a fetch': {
    promise: 'a fetch returns no more bytes than it may, and as many as it may',
    breaks: (store) => ({ fetch: (from, range) => store.fetch(from, { ...range, maxBytes: all.maxBytes }) }),
  },

  'never fetches a message that is too large': {
    promise: 'a fetch returns the first message, however large it is',
    breaks: (store) => ({
      fetch: async (from, range) =>
        (await store.fetch(from, range)).filter(({ payload }) => payload.length <= range.maxBytes),
    }),
  },

  'lets messages expire a millisecond late': {
    promise: 'a message is fetched until its time, and not from then on',
    clock: late,
  },

  'lets messages expire a millisecond early': {
    promise: 'a message is fetched until its time, and not from then on',
    clock: early,
  },

  'removes older messages with one that has expired': {
    promise: 'a long history of deeds shows what lists in memory would',
    breaks: (store) => {
      const stored = new Map<Mailbox, bigint>();
      return {
        admit: (batch, limit, decide) =>
          store.admit(batch, limit, (asked) => {
            for (const { index, seq } of asked) stored.set(batch[index]!.mailbox, seq);
            return decide(asked);
          }),
        removeExpired: async () => {
          for (const [mailbox, last] of stored) {
            const shown = await store.fetch(mailbox, all);
            if (shown.at(-1)?.seq !== last) await store.acknowledge(mailbox, last);
          }
          return store.removeExpired();
        },
      };
    },
  },

  'never removes what has expired': {
    promise: 'expired messages are removed to the last, and no others',
    breaks: () => ({ removeExpired: async () => 0 }),
  },
} as const satisfies BrokenStores;
