// Stores that break a promise of their numbers or of their batches, or lose what they answered.

import { setTimeout as delay } from 'node:timers/promises';
import type { Decide } from '@gatehouse/server';
import { all, mailbox } from '../small-messages.js';
import { admitLater, decidingBy, ended, later } from './admitting.js';
import type { BrokenStores } from './broken-store.js';

const lateMs = 2_000;
const pauseMs = 20;

/** Tells other numbers than a message gets. */
const telling =
  (change: (seq: bigint) => bigint) =>
  (decide: Decide): Decide =>
  (asked) =>
    decide(asked.map(({ index, seq }) => ({ index, seq: change(seq) })));

export const brokenBatches = {
  'answers before the acknowledgement': {
    promise: 'what was acknowledged stays so after a kill that follows right after the answer',
    breaks: (store) => ({
      acknowledge: async (of, upTo) => {
        setTimeout(() => store.acknowledge(of, upTo), lateMs);
        return 1;
      },
    }),
  },

  'answers before a session is removed': {
    promise: 'users, sessions and channels are there after a kill that follows right after the answer',
    breaks: (store) => ({
      removeSession: async (tokenHash) => void setTimeout(() => store.removeSession(tokenHash), lateMs),
    }),
  },

  'pauses within a batch': {
    promise: 'a kill in the middle of writing leaves each batch whole or absent',
    breaks: (store) => {
      let last: Promise<unknown> = Promise.resolve();
      return {
        admit: (batch, ...how) => {
          const { decided, outcomes } = store.admit(batch.slice(0, 1), ...how);
          const pause = last.then(() => delay(pauseMs));
          const rest = admitLater(store, pause, batch.slice(1), ...how);
          last = ended(rest);
          return { decided, outcomes: [...outcomes, ...rest.outcomes] };
        },
      };
    },
  },

  'decides about other numbers than it gives': {
    promise: 'the number of a message is the same when it is decided, answered and fetched',
    breaks: (store) =>
      decidingBy(
        store,
        telling((seq) => seq + 1n),
      ),
  },

  'counts on from the last message that is there': {
    promise: 'a used number is never given again: after a gap, an acknowledgement, an expiry, a reopening',
    breaks: (store) => ({
      admit: (batch, limit, decide) => {
        const admitting = store.fetch(batch[0]!.mailbox, all).then((found) => {
          const next = (found.at(-1)?.seq ?? 0n) + 1n;
          return store.admit(batch, limit, batch.length > 1 ? decide : telling(() => next)(decide));
        });
        return later(batch, admitting);
      },
    }),
  },

  'lets a batch overtake another': {
    promise: 'batches are seen in the order of the calls, over all mailboxes',
    breaks: (store) => ({
      admit: (batch, ...how) =>
        batch[0]!.mailbox.channelId[0] === mailbox(1).channelId[0]
          ? admitLater(store, delay(pauseMs), batch, ...how)
          : store.admit(batch, ...how),
    }),
  },

  'stores a batch message by message': {
    promise: 'a batch that fails leaves nothing: no message and no key',
    breaks: (store) => ({
      admit: (batch, ...how) => {
        const parts = batch.map((offer) => store.admit([offer], ...how));
        const decided = Promise.all(parts.map((part) => part.decided)).then(() => {});
        return { decided, outcomes: parts.flatMap(({ outcomes }) => outcomes) };
      },
    }),
  },

  'fails a batch with the one before it': {
    promise: 'a batch that fails takes no other with it',
    breaks: (store) => {
      let last: Promise<unknown> = Promise.resolve();
      return {
        admit: (...asked) => {
          const { decided, outcomes } = store.admit(...asked);
          const before = last;
          last = Promise.all(outcomes);
          return { decided, outcomes: outcomes.map((outcome) => before.then(() => outcome)) };
        },
      };
    },
  },
} as const satisfies BrokenStores;
