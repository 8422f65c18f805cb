// Stores that break a promise of their messages: how they come back, and when they go.

import type { NumberedMessage, Store } from '@gatehouse/server';
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

  'removes one message too many': {
    promise: 'removal takes the messages up to and including a number, of one mailbox',
    breaks: (store) => ({ remove: (of, upTo) => store.remove(of, upTo + 1n) }),
  },

  'removes a thousand messages at most': {
    promise: 'a large mailbox is removed to the last message',
    breaks: (store) => ({
      remove: async (of, upTo) => {
        const [last] = (await store.fetch(of, { ...all, limit: 1_000 })).slice(-1);
        return store.remove(of, last && last.seq < upTo ? last.seq : upTo);
      },
    }),
  },

  'reports removed messages to every caller': {
    promise: 'a removal reports how many messages there were, each to one caller',
    breaks: (store) => ({
      remove: async (of, upTo) => {
        const held = await store.fetch(of, all);
        await store.remove(of, upTo);
        return held.filter(({ seq }) => seq <= upTo).length;
      },
    }),
  },

  'lets messages expire a millisecond late': {
    promise: 'a message is fetched until its time, and not from then on',
    clock: (now) => now - 1,
  },

  'lets messages expire a millisecond early': {
    promise: 'a message is fetched until its time, and not from then on',
    clock: (now) => now + 1,
  },

  'never removes what has expired': {
    promise: 'expired messages are removed to the last, and no others',
    breaks: () => ({ removeExpired: async () => 0 }),
  },

  'announces one mailbox at a time': {
    promise: 'every mailbox that gets a message is announced, once the message can be fetched',
    breaks: (store) => ({
      subscribe: (listener) => {
        let isQuiet = false;
        return store.subscribe((mailbox) => {
          if (isQuiet) return;
          isQuiet = true;
          setImmediate(() => {
            isQuiet = false;
          });
          listener(mailbox);
        });
      },
    }),
  },

  'announces messages before they can be fetched': {
    promise: 'every mailbox that gets a message is announced, once the message can be fetched',
    breaks: (store) => announcing(store, 'before'),
  },

  'announces gaps': {
    promise: 'no gap is announced, nor a message without room, and nothing after the subscription ends',
    breaks: (store) => announcing(store, 'after'),
  },

  'goes on listing what was removed': {
    promise: 'messages that passed without a verdict are listed, also by plugin, until they are removed',
    breaks: (store) => ({ remove: async (of) => (await store.fetch(of, all)).length }),
  },

  'lists for one plugin those of others': {
    promise: 'messages that passed without a verdict are listed, also by plugin, until they are removed',
    breaks: (store) => ({ admittedWithout: ({ plugin, ...range }) => store.admittedWithout(range) }),
  },

  'loses a message between two pages': {
    promise: 'many messages that passed without a verdict come page by page, each once',
    breaks: (store) => ({
      admittedWithout: async (range) => {
        const { messages, next } = await store.admittedWithout(range);
        return next === undefined ? { messages } : { messages: messages.slice(0, -1), next };
      },
    }),
  },
} as const satisfies BrokenStores;

/** Announces every mailbox of a commit, whatever becomes of its messages, before the commit or after it. */
function announcing(store: Store, when: 'before' | 'after'): Partial<Store> {
  const listeners = new Set<Parameters<Store['subscribe']>[0]>();
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    commit: async (settlements, limit) => {
      const announce = () => {
        for (const { mailbox } of settlements) for (const listener of listeners) listener(mailbox);
      };
      if (when === 'before') announce();
      const settled = await store.commit(settlements, limit);
      if (when === 'after') announce();
      return settled;
    },
  };
}
