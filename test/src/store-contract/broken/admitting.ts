// Stores whose `admit` is changed in one place, for the broken ones to be made with.

import type { Admitting, Decide, MailboxLimit, Offer, Outcome, Store } from '@gatehouse/server';

type Admits = Pick<Store, 'admit'>;

/** Offers other messages than it is given. */
export const offering = (store: Store, change: (offer: Offer) => Offer): Admits => ({
  admit: (batch, limit, decide) => store.admit(batch.map(change), limit, decide),
});

/** Has other limits than it is given. */
export const limiting = (store: Store, change: (limit: MailboxLimit) => MailboxLimit): Admits => ({
  admit: (batch, limit, decide) => store.admit(batch, change(limit), decide),
});

/** Decides in another way. */
export const decidingBy = (store: Store, change: (decide: Decide) => Decide): Admits => ({
  admit: (batch, limit, decide) => store.admit(batch, limit, change(decide)),
});

/** Answers with other outcomes. */
export const answering = (store: Store, change: (outcome: Outcome, offer: Offer) => Outcome): Admits => ({
  admit: (batch, limit, decide) => {
    const { decided, outcomes } = store.admit(batch, limit, decide);
    return { decided, outcomes: outcomes.map(async (outcome, i) => change(await outcome, batch[i]!)) };
  },
});

/** Admits a batch only once something is done. */
export function admitLater(store: Store, done: Promise<unknown>, ...[batch, ...how]: Parameters<Store['admit']>) {
  return later(
    batch,
    done.then(() => store.admit(batch, ...how)),
  );
}

export function later(batch: readonly Offer[], admitting: Promise<Admitting>): Admitting {
  const outcomes = batch.map(async (_, i) => (await admitting).outcomes[i]!);
  return { decided: admitting.then(({ decided }) => decided), outcomes };
}

/** Resolves when all of a batch is answered, and never rejects. */
export const ended = ({ outcomes }: Admitting): Promise<unknown> => Promise.allSettled(outcomes);

export const keyOf = ({ retry }: Offer): string => Buffer.from(retry?.key ?? []).toString('latin1');

/** The message without its key. */
export const keyless = ({ retry: _, ...offer }: Offer): Offer => offer;
