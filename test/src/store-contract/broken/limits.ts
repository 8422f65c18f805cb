// Stores that break a promise of their limits.

import { all } from '../small-messages.js';
import { answering, keyOf, later, limiting } from './admitting.js';
import type { BrokenStores } from './broken-store.js';

const nothing = { messages: 0, bytes: 0 };

export const brokenLimits = {
  'checks for room before it writes': {
    promise: 'a mailbox never holds more messages than its limit, nor fewer, under concurrent batches',
    breaks: (store) => ({
      admit: (batch, limit, decide) => {
        const admitting = store.fetch(batch[0]!.mailbox, all).then(({ length }) => {
          const hasRoom = length + batch.length <= limit.messages;
          return store.admit(batch, hasRoom ? { ...limit, messages: 1e9 } : limit, decide);
        });
        return later(batch, admitting);
      },
    }),
  },

  'counts no bytes': {
    promise: 'a mailbox never holds more bytes than its limit, and fills to the last byte',
    breaks: (store) => limiting(store, (limit) => ({ ...limit, bytes: 1e12 })),
  },

  'goes on counting what was acknowledged': {
    promise: 'what was acknowledged does not count any more',
    breaks: (store) => {
      let acknowledged = 0;
      return {
        acknowledge: async (of, upTo) => {
          const count = await store.acknowledge(of, upTo);
          acknowledged += count;
          return count;
        },
        ...limiting(store, (limit) => ({ ...limit, messages: Math.max(0, limit.messages - acknowledged) })),
      };
    },
  },

  'goes on counting what has expired': {
    promise: 'what has expired does not count any more, removed or not',
    breaks: (store) => {
      const stored = new Map<number, number>();
      const storedIn = (byte: number) => stored.get(byte) ?? 0;
      return {
        admit: (batch, limit, decide) => {
          const byte = batch[0]!.mailbox.channelId[0]!;
          const admitting = store.admit(batch, storedIn(byte) < limit.messages ? limit : nothing, decide);
          const outcomes = admitting.outcomes.map(async (one) => {
            const outcome = await one;
            if (outcome.outcome === 'stored') stored.set(byte, storedIn(byte) + 1);
            return outcome;
          });
          return { ...admitting, outcomes };
        },
      };
    },
  },

  'counts only the mailbox at hand': {
    promise: 'all mailboxes of a recipient together hold no more bytes than its limit, also after a reopening',
    breaks: (store) => limiting(store, ({ recipientBytes: _, ...limit }) => limit),
  },

  'remembers retries without end': {
    promise: 'a sender has no more retries remembered than its limit, and one that is remembered is still recognised',
    breaks: (store) => limiting(store, ({ retries: _, ...limit }) => limit),
  },

  'does not recognise a retry of a sender that has too many': {
    promise: 'a sender has no more retries remembered than its limit, and one that is remembered is still recognised',
    breaks: (store) => {
      let isFull = false;
      return answering(store, (outcome) => {
        isFull ||= outcome.outcome === 'too-many-retries';
        return isFull && outcome.outcome === 'repeated' ? { outcome: 'too-many-retries' } : outcome;
      });
    },
  },

  'keeps the key of a message without room': {
    promise: 'a message without room leaves no key, and the others of its batch are stored',
    breaks: (store) => {
      const full = new Set<string>();
      return answering(store, (outcome, offer) => {
        if (full.has(keyOf(offer))) return { outcome: 'key-reused' };
        if (outcome.outcome === 'full') full.add(keyOf(offer));
        return outcome;
      });
    },
  },

  'reports no room when just enough is left': {
    promise: 'no mailbox with room is reported to have none',
    breaks: (store) => limiting(store, (limit) => ({ ...limit, bytes: limit.bytes - 1 })),
  },

  'counts off twice what expires': {
    promise: 'acknowledgements and expiry at once remove each message once',
    breaks: (store) => {
      let removed = 0;
      return {
        removeExpired: async () => {
          const count = await store.removeExpired();
          removed += count;
          return count;
        },
        ...limiting(store, (limit) => ({ ...limit, messages: limit.messages + removed })),
      };
    },
  },
} as const satisfies BrokenStores;
