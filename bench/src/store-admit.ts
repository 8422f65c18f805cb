// The store as the benchmark uses it: a gather is admitted in one call, and a mailbox acknowledged in one.

import { openLmdbStore } from '@gatehouse/server';
import type { FetchRange, Mailbox, MailboxLimit, NumberedMessage, Store } from '@gatehouse/server/internal/store/store';

export interface Offer {
  readonly mailbox: Mailbox;
  readonly payload: Uint8Array;
  readonly senderIdentity?: Uint8Array;
  readonly lifeMs: number;
  readonly retry?: { readonly key: Uint8Array; readonly fingerprint: Uint8Array; readonly lifeMs: number };
}

export interface Admission {
  readonly decided: Promise<void>;
  /** Each resolves when its message is on disk. */
  readonly outcomes: readonly Promise<unknown>[];
}

export interface BenchedStore {
  admit(batch: readonly Offer[], limit: MailboxLimit): Admission;
  acknowledge(mailbox: Mailbox, upTo: bigint): Promise<unknown>;
  fetch(mailbox: Mailbox, range: FetchRange): Promise<readonly NumberedMessage[]>;
  close(): Promise<void>;
}

export async function openStore(folder: string): Promise<BenchedStore> {
  const store = await openLmdbStore(folder);
  return {
    admit: (batch, limit) => admit(store, batch, limit),
    acknowledge: (mailbox, upTo) => store.remove(mailbox, upTo),
    fetch: (mailbox, range) => store.fetch(mailbox, range),
    close: () => store.close(),
  };
}

/** Answers for messages without keeping them; accounts and channels are those of the store. */
export function forgetful(store: Store): Store {
  let last = 0n;
  return {
    ...store,
    assignSeqs: async (mailboxes) => mailboxes.map(() => ++last),
    commit: async (settlements) => settlements.map(() => 'stored'),
    mayHaveRoom: async () => true,
    receipt: async () => undefined,
  };
}

/** Does for a gather what the server does, with a gate that lets everything through. */
function admit(store: Store, batch: readonly Offer[], limit: MailboxLimit): Admission {
  const decided = numbered(store, batch, limit);
  const settled = decided.then((seqs) => commit(store, batch, seqs, limit));
  return { decided: decided.then(() => {}), outcomes: batch.map((_, i) => settled.then((all) => all[i])) };
}

async function numbered(store: Store, batch: readonly Offer[], limit: MailboxLimit): Promise<readonly bigint[]> {
  await Promise.all(batch.map((offer) => offer.retry && store.receipt(idOf(offer))));
  await Promise.all(batch.map(({ mailbox, payload }) => store.mayHaveRoom(mailbox, payload.length, limit)));
  return store.assignSeqs(batch.map(({ mailbox }) => mailbox));
}

function commit(store: Store, batch: readonly Offer[], seqs: readonly bigint[], limit: MailboxLimit) {
  const now = Date.now();
  const settlements = batch.map((offer, i) => {
    const { mailbox, payload, senderIdentity, lifeMs, retry } = offer;
    const message = { payload, storedAt: now, expiresAt: now + lifeMs, ...(senderIdentity && { senderIdentity }) };
    const receipt = retry && { id: idOf(offer), fingerprint: retry.fingerprint, expiresAt: now + retry.lifeMs };
    return { mailbox, seq: seqs[i]!, message, ...(receipt && { receipt }) };
  });
  return store.commit(settlements, limit);
}

function idOf({ senderIdentity, retry }: Offer): Uint8Array {
  return Buffer.concat([Buffer.of(0), senderIdentity!, retry!.key]);
}
