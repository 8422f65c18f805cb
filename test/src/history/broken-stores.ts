// Stores that do not keep what they promise, each in one way, and what the checker has to find of it.

import type { Decided, Outcome, Store } from '@gatehouse/server';
import { offerOf } from '../support/admit-all.js';
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
      admit: (batch, limit, decide) => {
        const outcomes: Outcome[] = batch.map(() => ({ outcome: 'refused' }));
        setTimeout(
          () => store.admit(batch, limit, (asked) => ({ verdicts: asked.map(() => ({ admit: true })) })),
          commitMs,
        );
        const { decided } = store.admit(batch, limit, (asked) => {
          const { verdicts } = decide(asked) as Decided;
          for (const [i, { index, seq }] of asked.entries())
            if (verdicts[i]!.admit) outcomes[index] = { outcome: 'stored', seq };
          return { verdicts: asked.map(() => ({ admit: false })) };
        });
        return { decided, outcomes: outcomes.map(async (one) => one) };
      },
    }),
  },

  'drops a message': {
    shows: 'lost',
    breaks: (store) => {
      const drops = nowAndThen();
      return {
        admit: (batch, limit, decide) => {
          const dropped = new Map<number, bigint>();
          const { decided, outcomes } = store.admit(batch, limit, (asked) => {
            const { verdicts } = decide(asked) as Decided;
            return {
              verdicts: verdicts.map((verdict, i) => {
                if (!verdict.admit || !drops()) return verdict;
                dropped.set(asked[i]!.index, asked[i]!.seq);
                return { admit: false };
              }),
            };
          });
          const told = outcomes.map(async (outcome, i): Promise<Outcome> => {
            const found = await outcome;
            return dropped.has(i) ? { outcome: 'stored', seq: dropped.get(i)! } : found;
          });
          return { decided, outcomes: told };
        },
      };
    },
  },

  'stores a message twice': {
    shows: 'duplicated',
    breaks: (store) => {
      const doubles = nowAndThen();
      return {
        admit: (batch, limit, decide) => {
          const admitting = store.admit(batch, limit, decide);
          const [first] = batch;
          if (doubles())
            store.admit([offerOf(first!.mailbox, first!.payload)], limit, () => ({ verdicts: [{ admit: true }] }));
          return admitting;
        },
      };
    },
  },

  'forgets a receipt': {
    shows: 'duplicated',
    breaks: (store) => ({
      admit: (batch, limit, decide) =>
        store.admit(
          batch.map(({ retry: _, ...rest }) => rest),
          limit,
          decide,
        ),
    }),
  },

  'gives a number again': {
    shows: 'repeated',
    breaks: (store) => {
      const repeats = nowAndThen();
      return {
        admit: (batch, limit, decide) => {
          // The store itself keeps no number twice: the message has its own, and is told to have another.
          const repeated = repeats() ? 0 : -1;
          const told = (index: number, seq: bigint) => (index === repeated && seq > 1n ? seq - 1n : seq);
          const { decided, outcomes } = store.admit(batch, limit, (asked) =>
            decide(asked.map(({ index, seq }) => ({ index, seq: told(index, seq) }))),
          );
          const answers = outcomes.map(async (outcome, index): Promise<Outcome> => {
            const found = await outcome;
            return found.outcome === 'stored' ? { ...found, seq: told(index, found.seq) } : found;
          });
          return { decided, outcomes: answers };
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
    breaks: () => ({ acknowledge: async () => 0 }),
  },
} as const satisfies Record<string, BrokenStore>;

export type BrokenStoreName = keyof typeof brokenStores;
