// Stores that break a promise of what they announce or list.

import type { Store } from '@gatehouse/server';
import { all } from '../small-messages.js';
import { ended } from './admitting.js';
import type { BrokenStores } from './broken-store.js';

export const brokenAnnouncements = {
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

  'announces what was refused': {
    promise: 'no refused message is announced, nor one without room, and nothing after the subscription ends',
    breaks: (store) => announcing(store, 'after'),
  },

  'goes on listing what was acknowledged': {
    promise: 'messages that passed without a verdict are listed, also by plugin, until they are acknowledged',
    breaks: (store) => ({ acknowledge: async (of) => (await store.fetch(of, all)).length }),
  },

  'lists for one plugin those of others': {
    promise: 'messages that passed without a verdict are listed, also by plugin, until they are acknowledged',
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

/** Announces every mailbox of a batch, whatever becomes of its messages, before it is written or after that. */
function announcing(store: Store, when: 'before' | 'after'): Partial<Store> {
  const listeners = new Set<Parameters<Store['subscribe']>[0]>();
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    admit: (batch, ...how) => {
      const announce = () => {
        for (const { mailbox } of batch) for (const listener of listeners) listener(mailbox);
      };
      if (when === 'before') announce();
      const admitting = store.admit(batch, ...how);
      if (when === 'after') ended(admitting).then(announce);
      return admitting;
    },
  };
}
