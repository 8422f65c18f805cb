// Stores that break a promise of their numbers or of their commits.

import { setTimeout as delay } from 'node:timers/promises';
import type { Settled } from '@gatehouse/server';
import { all, mailbox } from '../small-messages.js';
import type { BrokenStores } from './broken-store.js';

const lateMs = 2_000;
const pauseMs = 20;

export const brokenCommits = {
  'answers before the removal': {
    promise: 'what was removed stays removed after a kill that follows right after the answer',
    breaks: (store) => ({
      remove: async (of, upTo) => {
        setTimeout(() => store.remove(of, upTo), lateMs);
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

  'pauses within a commit': {
    promise: 'a kill in the middle of writing leaves each commit whole or absent',
    breaks: (store) => {
      let last: Promise<unknown> = Promise.resolve();
      return {
        commit: (settlements, limit) => {
          const first = store.commit(settlements.slice(0, 1), limit);
          const rest = last.then(() => delay(pauseMs)).then(() => store.commit(settlements.slice(1), limit));
          last = rest.catch(() => {});
          return Promise.all([first, rest]).then((settled) => settled.flat());
        },
      };
    },
  },

  'counts on from the last message that is there': {
    promise: 'a committed number is never assigned again: after a gap, a removal, an expiry, a reopening',
    breaks: (store) => ({
      assignSeqs: async (mailboxes) => {
        const seqs = await store.assignSeqs(mailboxes);
        if (mailboxes.length > 1) return seqs;
        const last = (await store.fetch(mailboxes[0]!, all)).at(-1);
        return [(last?.seq ?? 0n) + 1n];
      },
    }),
  },

  'lets a commit overtake another': {
    promise: 'commits are seen in the order of the calls, over all mailboxes',
    breaks: (store) => ({
      commit: async (settlements, limit) => {
        if (settlements[0]!.mailbox.channelId[0] === mailbox(1).channelId[0]) await delay(pauseMs);
        return store.commit(settlements, limit);
      },
    }),
  },

  'commits one settlement at a time': {
    promise: 'a commit that fails leaves nothing: no message, no receipt, no used number',
    breaks: (store) => ({
      commit: async (settlements, limit) => {
        const settled: Settled[] = [];
        for (const one of settlements) settled.push(...(await store.commit([one], limit)));
        return settled;
      },
    }),
  },

  'fails a commit with the one before it': {
    promise: 'a commit that fails takes no other with it',
    breaks: (store) => {
      let last: Promise<unknown> = Promise.resolve();
      return {
        commit: async (settlements, limit) => {
          const own = store.commit(settlements, limit);
          const both = Promise.all([own, last]);
          last = own;
          return (await both)[0];
        },
      };
    },
  },

  'checks for room before it commits': {
    promise: 'a mailbox never holds more messages than its limit, nor fewer, under concurrent commits',
    breaks: (store) => ({
      commit: async (settlements, limit) => {
        const held = await store.fetch(settlements[0]!.mailbox, all);
        const hasRoom = held.length + settlements.length <= limit.messages;
        return store.commit(settlements, hasRoom ? { ...limit, messages: 1e9 } : limit);
      },
    }),
  },

  'counts no bytes': {
    promise: 'a mailbox never holds more bytes than its limit, and fills to the last byte',
    breaks: (store) => ({ commit: (settlements, limit) => store.commit(settlements, { ...limit, bytes: 1e12 }) }),
  },

  'goes on counting what was acknowledged': {
    promise: 'what was acknowledged does not count any more',
    breaks: (store) => {
      let removed = 0;
      return {
        remove: async (of, upTo) => {
          const count = await store.remove(of, upTo);
          removed += count;
          return count;
        },
        commit: (settlements, limit) =>
          store.commit(settlements, { ...limit, messages: Math.max(0, limit.messages - removed) }),
      };
    },
  },

  'goes on counting what has expired': {
    promise: 'what has expired does not count any more, removed or not',
    breaks: (store) => {
      const stored = new Map<number, number>();
      return {
        commit: async (settlements, limit) => {
          const byte = settlements[0]!.mailbox.channelId[0]!;
          const before = stored.get(byte) ?? 0;
          const settled = await store.commit(settlements, before < limit.messages ? limit : { messages: 0, bytes: 0 });
          stored.set(byte, before + settled.filter((one) => one === 'stored').length);
          return settled;
        },
      };
    },
  },

  'reports no room when just enough is left': {
    promise: 'a mailbox with room is never reported to have none',
    breaks: (store) => ({ mayHaveRoom: (of, bytes, limit) => store.mayHaveRoom(of, bytes + 1, limit) }),
  },

  'counts off twice what expires': {
    promise: 'removals and expiry at once remove each message once',
    breaks: (store) => {
      let removed = 0;
      return {
        removeExpired: async () => {
          const count = await store.removeExpired();
          removed += count;
          return count;
        },
        commit: (settlements, limit) => store.commit(settlements, { ...limit, messages: limit.messages + removed }),
      };
    },
  },
} as const satisfies BrokenStores;
