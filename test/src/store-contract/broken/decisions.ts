// Stores that break a promise of their decisions.

import type { Decide } from '@gatehouse/server';
import { letIn } from '../../support/admit-all.js';
import { admitLater, answering, decidingBy, keyOf, later } from './admitting.js';
import type { BrokenStores } from './broken-store.js';

export const brokenDecisions = {
  'stores what was refused': {
    promise: 'a message is stored only if it is let in; a refused one leaves a gap and no key',
    breaks: (store) =>
      decidingBy(store, (decide) => async (asked) => {
        const { verdicts } = await decide(asked);
        return { verdicts: verdicts.map(() => ({ admit: true })) };
      }),
  },

  'keeps the key of a refused message': {
    promise: 'a message is stored only if it is let in; a refused one leaves a gap and no key',
    breaks: (store) => {
      const refused = new Set<string>();
      return answering(store, (outcome, offer) => {
        if (refused.has(keyOf(offer))) return { outcome: 'key-reused' };
        if (outcome.outcome === 'refused') refused.add(keyOf(offer));
        return outcome;
      });
    },
  },

  'has every message decided': {
    promise: 'decide is asked only about messages that are new and have room',
    breaks: (store) => ({
      admit: (batch, limit, decide) =>
        store.admit(batch, limit, async (asked) => {
          const everyone = batch.map((_, index) => asked.find((one) => one.index === index) ?? { index, seq: 0n });
          const { verdicts } = await decide(everyone);
          return { verdicts: asked.map(({ index }) => verdicts[index]!) };
        }),
    }),
  },

  'writes a batch as soon as it is decided': {
    promise: 'batches are seen in the order of the calls, in whatever order they are decided',
    breaks: (store) => ({
      admit: (batch, limit, decide) => {
        const decided = Promise.resolve(decide(batch.map((_, index) => ({ index, seq: 0n }))));
        return later(
          batch,
          decided.then((verdicts) => store.admit(batch, limit, () => verdicts)),
        );
      },
    }),
  },

  'decides one batch at a time': {
    promise: 'nothing is locked while a batch is decided: others are decided, and the store is written to',
    breaks: (store) => {
      let last: Promise<unknown> = Promise.resolve();
      return {
        admit: (...asked) => {
          const admitting = admitLater(store, last, ...asked);
          last = admitting.decided;
          return admitting;
        },
      };
    },
  },

  'acknowledges nothing while a batch is decided': {
    promise: 'nothing is locked while a batch is decided: others are decided, and the store is written to',
    breaks: (store) => {
      let last: Promise<unknown> = Promise.resolve();
      return {
        admit: (...asked) => {
          const admitting = store.admit(...asked);
          last = admitting.decided;
          return admitting;
        },
        acknowledge: (...asked) => last.then(() => store.acknowledge(...asked)),
      };
    },
  },

  'lets in what nobody decided': {
    promise: 'a batch that decide throws or rejects for is not stored, and fails with that error',
    breaks: (store) =>
      decidingBy(
        store,
        (decide): Decide =>
          async (asked) => {
            try {
              return await decide(asked);
            } catch {
              return letIn(asked);
            }
          },
      ),
  },

  'refuses what nobody decided': {
    promise: 'a batch that decide throws or rejects for is not stored, and fails with that error',
    breaks: (store) => ({
      admit: (...asked) => {
        const { decided, outcomes } = store.admit(...asked);
        return { decided, outcomes: outcomes.map((one) => one.catch(() => ({ outcome: 'refused' }))) };
      },
    }),
  },
} as const satisfies BrokenStores;
