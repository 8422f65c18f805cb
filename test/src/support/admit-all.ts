// Stores batches without a gate: everything is let in.

import type { Decide, Mailbox, MailboxLimit, Offer, Outcome, Store } from '@gatehouse/server';

export const letIn: Decide = (asked) => ({ verdicts: asked.map(() => ({ admit: true })) });

const noLimit: MailboxLimit = { messages: 1e9, bytes: 1e12 };
const longMs = 2 ** 45;

export const offerOf = (mailbox: Mailbox, payload: string | Uint8Array, lifeMs = longMs): Offer => ({
  mailbox,
  payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
  lifeMs,
});

/** Stores messages in one batch. Returns what became of each, once that is on disk. */
export function admitAll(
  store: Pick<Store, 'admit'>,
  offers: readonly Offer[],
  limit = noLimit,
): Promise<readonly Outcome[]> {
  return Promise.all(store.admit(offers, limit, letIn).outcomes);
}
