// Stores that do not keep what they promise, each in one way, and what the checker has to find of it.

import type { Store } from '@gatehouse/server';
import type { AnomalyKind } from './checker.js';

interface BrokenStore {
  readonly shows: AnomalyKind;
  readonly breaks: (store: Store) => Partial<Store>;
}

const commitMs = 2_000;

/** True every tenth time. */
function nowAndThen(): () => boolean {
  let asked = 0;
  return () => ++asked % 10 === 0;
}

export const brokenStores = {
  'answers before the commit': {
    shows: 'lost',
    breaks: (store) => ({
      commit: async (settlements, limit) => {
        setTimeout(() => store.commit(settlements, limit), commitMs);
        return settlements.map(({ message }) => (message ? 'stored' : 'gap'));
      },
    }),
  },

  'drops a message': {
    shows: 'lost',
    breaks: (store) => {
      const drops = nowAndThen();
      return {
        commit: async (settlements, limit) => {
          const kept = settlements.map(({ mailbox, seq, ...rest }) => ({ mailbox, seq, ...(!drops() && rest) }));
          await store.commit(kept, limit);
          return settlements.map(({ message }) => (message ? 'stored' : 'gap'));
        },
      };
    },
  },

  'stores a message twice': {
    shows: 'duplicated',
    breaks: (store) => {
      const doubles = nowAndThen();
      return {
        commit: async (settlements, limit) => {
          const settled = await store.commit(settlements, limit);
          const [first] = settlements;
          if (first?.message && doubles()) {
            const [seq] = await store.assignSeqs([first.mailbox]);
            await store.commit([{ mailbox: first.mailbox, seq: seq!, message: first.message }], limit);
          }
          return settled;
        },
      };
    },
  },

  'forgets a receipt': {
    shows: 'duplicated',
    breaks: () => ({ receipt: async () => undefined }),
  },

  'gives a number again': {
    shows: 'repeated',
    breaks: (store) => {
      const repeats = nowAndThen();
      // The store itself refuses to keep a number twice, so that it is kept under its own, and only told as another.
      const own = new Map<bigint, bigint>();
      return {
        assignSeqs: async (mailboxes) => {
          const seqs = await store.assignSeqs(mailboxes);
          if (seqs.length > 1 || seqs[0] === 1n || !repeats()) return seqs;
          own.set(seqs[0]! - 1n, seqs[0]!);
          return [seqs[0]! - 1n];
        },
        commit: async (settlements, limit) => {
          const [only] = settlements;
          const seq = settlements.length === 1 ? own.get(only!.seq) : undefined;
          if (seq === undefined) return store.commit(settlements, limit);
          own.delete(only!.seq);
          return store.commit([{ ...only!, seq }], limit);
        },
      };
    },
  },

  'fetches in another order': {
    shows: 'reordered',
    breaks: (store) => ({ fetch: async (mailbox, range) => [...(await store.fetch(mailbox, range))].reverse() }),
  },

  'skips a message': {
    shows: 'skipped',
    breaks: (store) => {
      const skips = nowAndThen();
      return {
        fetch: async (mailbox, range) => (await store.fetch(mailbox, range)).filter(() => !skips()),
      };
    },
  },

  'changes a payload': {
    shows: 'invented',
    breaks: (store) => {
      const changes = nowAndThen();
      return {
        fetch: async (mailbox, range) =>
          (await store.fetch(mailbox, range)).map((message) =>
            changes() ? { ...message, payload: message.payload.subarray(1) } : message,
          ),
      };
    },
  },

  'keeps what was acknowledged': {
    shows: 'returned',
    breaks: () => ({ remove: async () => 0 }),
  },
} as const satisfies Record<string, BrokenStore>;

export type BrokenStoreName = keyof typeof brokenStores;
