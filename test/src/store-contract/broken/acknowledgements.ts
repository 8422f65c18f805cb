// Stores that break a promise of their acknowledgements.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AdmittedAnswer, Mailbox, Store } from '@gatehouse/server';
import { all } from '../small-messages.js';
import { limiting } from './admitting.js';
import type { BrokenStores } from './broken-store.js';

const lateMs = 100;
const step = 100;
const goneAtOnce = 'thousands of messages are gone once they are acknowledged, also while they are still being removed';

/** Returns the numbers of the messages that an acknowledgement takes. */
async function taken(store: Store, of: Mailbox, upTo: bigint): Promise<readonly bigint[]> {
  return (await store.fetch(of, all)).map(({ seq }) => seq).filter((seq) => seq <= upTo);
}

export const brokenAcknowledgements = {
  'acknowledges one message too many': {
    promise: 'an acknowledgement takes the messages up to and including a number, of one mailbox',
    breaks: (store) => ({ acknowledge: (of, upTo) => store.acknowledge(of, upTo + 1n) }),
  },

  'acknowledges a thousand messages at most': {
    promise: 'a large mailbox is acknowledged to the last message',
    breaks: (store) => ({
      acknowledge: async (of, upTo) => {
        const some = (await taken(store, of, upTo)).slice(0, 1_000);
        return store.acknowledge(of, some.at(-1) ?? upTo);
      },
    }),
  },

  'reports acknowledged messages to every caller': {
    promise: 'an acknowledgement reports how many messages there were, each to one caller',
    breaks: (store) => ({
      acknowledge: async (of, upTo) => {
        const { length } = await taken(store, of, upTo);
        await store.acknowledge(of, upTo);
        return length;
      },
    }),
  },

  'lets the cursor go back': {
    promise: 'the cursor is the highest number that was acknowledged, of each mailbox on its own',
    breaks: (store) => {
      let last = 0n;
      return {
        acknowledge: (of, upTo) => {
          last = upTo;
          return store.acknowledge(of, upTo);
        },
        cursor: async () => last,
      };
    },
  },

  'has one cursor for all mailboxes': {
    promise: 'the cursor is the highest number that was acknowledged, of each mailbox on its own',
    breaks: (store) => {
      let latest: Mailbox | undefined;
      return {
        acknowledge: (of, upTo) => {
          latest = of;
          return store.acknowledge(of, upTo);
        },
        cursor: (of) => store.cursor(latest ?? of),
      };
    },
  },

  'forgets the cursor when it is closed': {
    promise: 'the cursor is the highest number that was acknowledged, of each mailbox on its own',
    breaks: (store) => {
      let isKnown = false;
      return {
        acknowledge: (of, upTo) => {
          isKnown = true;
          return store.acknowledge(of, upTo);
        },
        cursor: async (of) => (isKnown ? store.cursor(of) : 0n),
      };
    },
  },

  'takes messages that are still to come': {
    promise: 'an acknowledgement takes nothing that is stored later, whatever number it has',
    breaks: (store) => {
      let highest = 0n;
      return {
        acknowledge: (of, upTo) => {
          if (upTo > highest) highest = upTo;
          return store.acknowledge(of, upTo);
        },
        fetch: async (from, range) => (await store.fetch(from, range)).filter(({ seq }) => seq > highest),
      };
    },
  },

  'shows acknowledged messages until they are removed': {
    promise: goneAtOnce,
    breaks: (store) => ({
      acknowledge: async (of, upTo) => {
        const seqs = await taken(store, of, upTo);
        const remove = async () => {
          for (let i = step; i < seqs.length + step; i += step) {
            await store.acknowledge(of, seqs[Math.min(i, seqs.length) - 1]!);
            await nextTurn();
          }
        };
        remove();
        return seqs.length;
      },
    }),
  },

  'lists acknowledged messages until they are removed': {
    promise: goneAtOnce,
    breaks: (store) => {
      let before: AdmittedAnswer | undefined;
      return {
        acknowledge: async (of, upTo) => {
          before = await store.admittedWithout({ limit: all.limit });
          setTimeout(() => {
            before = undefined;
          }, lateMs);
          return store.acknowledge(of, upTo);
        },
        admittedWithout: async (range) => before ?? (await store.admittedWithout(range)),
      };
    },
  },

  'counts acknowledged messages until they are removed': {
    promise: goneAtOnce,
    breaks: (store) => {
      let removing = 0;
      return {
        acknowledge: async (of, upTo) => {
          const count = await store.acknowledge(of, upTo);
          removing += count;
          setTimeout(() => {
            removing -= count;
          }, lateMs);
          return count;
        },
        ...limiting(store, ({ messages, bytes }) => ({ messages: Math.max(0, messages - removing), bytes })),
      };
    },
  },
} as const satisfies BrokenStores;
