// A store of which some mailboxes are damaged: those are refused and never touched, and damage that is met is noted. (That
// of a message on its way in is noted where it is met: see admissions.ts.)

import type { Mailbox, Offer, Outcome, Store } from '../store.js';
import { StoreError } from '../store-error.js';
import type { DamagedMailboxes } from './damaged-mailboxes.js';
import { isDamage } from './failure.js';

export function guardedStore(store: Store, damaged: DamagedMailboxes): Store {
  /** Refuses a damaged mailbox, and notes one whose damage is met. */
  const guarded = async <T>(mailbox: Mailbox, act: () => Promise<T>): Promise<T> => {
    damaged.refuse(mailbox);
    try {
      return await act();
    } catch (error) {
      throw noted(error, mailbox);
    }
  };
  const noted = (error: unknown, mailbox: Mailbox): unknown => {
    if (!isDamage(error)) return error;
    damaged.note(mailbox, error);
    return asStoreError(error);
  };
  return {
    ...store,
    admit: (batch, limit, decide) => {
      if (damaged.isEmpty) return store.admit(batch, limit, decide);
      const served = [...batch.keys()].filter((i) => !damaged.has(batch[i]!.mailbox));
      const offers = served.map((i) => batch[i]!);
      const { decided, outcomes } = store.admit(offers, limit, (asked) =>
        decide(asked.map(({ index, seq }) => ({ index: served[index]!, seq }))),
      );
      const byPlace = new Map(served.map((place, i) => [place, outcomes[i]!]));
      const refused = async ({ mailbox }: Offer): Promise<Outcome> => {
        throw damaged.refusal(mailbox);
      };
      return { decided, outcomes: batch.map((offer, i) => byPlace.get(i) ?? refused(offer)) };
    },
    fetch: (mailbox, range) => guarded(mailbox, () => store.fetch(mailbox, range)),
    acknowledge: (mailbox, upTo, device) => guarded(mailbox, () => store.acknowledge(mailbox, upTo, device)),
    cursor: (mailbox, device) => guarded(mailbox, () => store.cursor(mailbox, device)),
    // The list leads into every mailbox.
    admittedWithout: async (range) => {
      if (!damaged.isEmpty) throw new StoreError('damaged', 'the messages of damaged mailboxes cannot be listed');
      return store.admittedWithout(range);
    },
  };
}

function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError('damaged', `a page of the store is damaged: ${(error as Error).message}`, error);
}
