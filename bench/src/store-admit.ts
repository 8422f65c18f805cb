// The store as the benchmark uses it: with a gate that lets everything through, or as one that forgets.

import { openLmdbStore } from '@gatehouse/server';
import type { Admitting, Decide, MailboxLimit, Offer, Store } from '@gatehouse/server/internal/store/store';

export interface BenchedStore extends Pick<Store, 'acknowledge' | 'fetch' | 'close'> {
  admit(batch: readonly Offer[], limit: MailboxLimit): Admitting;
}

const admitAll: Decide = (asked) => ({ verdicts: asked.map(() => ({ admit: true })) });

export async function openStore(folder: string): Promise<BenchedStore> {
  const store = await openLmdbStore(folder);
  return { ...store, admit: (batch, limit) => store.admit(batch, limit, admitAll) };
}

/** Answers for messages without keeping them; accounts and channels are those of the store. */
export function forgetful(store: Store): Store {
  let last = 0n;
  return {
    ...store,
    admit: (batch, _limit, decide) => {
      const asked = batch.map((_, index) => ({ index, seq: ++last }));
      const decided = Promise.resolve(decide(asked)).then(() => {});
      return { decided, outcomes: asked.map(async ({ seq }) => ({ outcome: 'stored' as const, seq })) };
    },
  };
}
