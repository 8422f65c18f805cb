// Clients of a store, all in one process: each has one message under way, and sends the next once that is stored.

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Admitting, Offer } from '@gatehouse/server/internal/store/store';
import type { BenchedStore } from './store-admit.js';

export interface Traffic {
  /** Messages go to mailboxes with a number below this, at random. */
  readonly mailboxes: number;
  readonly inFlight: number;
  readonly messages: number;
}

type Mailbox = Offer['mailbox'];

/** Messages that arrive in one turn of the event loop: requests come from sockets in handfuls. */
const perTurn = 8;
const payloadBytes = 1_024;
const dayMs = 86_400_000;
export const limit = { messages: 100_000_000, bytes: 2 ** 40 };

const payloads = Array.from({ length: 64 }, () => randomBytes(payloadBytes));
const senderIdentity = randomBytes(32);
const fingerprint = randomBytes(32);
/** As many as are kept: what is measured is the store, not the hash below. */
const kept = new Map<number, Mailbox>();
const keptMax = 1_000;

/** The mailbox of a number: the same in every process. */
export function mailboxOf(i: number): Mailbox {
  const known = kept.get(i);
  if (known !== undefined) return known;
  const hash = createHash('sha512').update(`mailbox ${i}`).digest();
  const mailbox = { recipientKey: hash.subarray(0, 32), channelId: hash.subarray(32, 48) };
  if (kept.size < keptMax) kept.set(i, mailbox);
  return mailbox;
}

/** A message that its sender may send again. */
export function offerTo(mailbox: Mailbox): Offer {
  const retry = { key: Buffer.from(randomUUID(), 'latin1'), fingerprint, lifeMs: dayMs };
  return { ...plainOfferTo(mailbox), retry };
}

export function plainOfferTo(mailbox: Mailbox): Offer {
  const payload = payloads[Math.floor(Math.random() * payloads.length)]!;
  return { mailbox, payload, senderIdentity, lifeMs: 30 * dayMs };
}

/** Resolves once all messages are stored. */
export function send(store: Pick<BenchedStore, 'admit'>, { mailboxes, inFlight, messages }: Traffic): Promise<void> {
  const makeOffer = () => offerTo(mailboxOf(Math.floor(Math.random() * mailboxes)));
  return new Promise((resolve, reject) => {
    let [free, sent, stored, isSending] = [inFlight, 0, 0, false];
    const over = () => {
      free += 1;
      stored += 1;
      if (stored === messages) resolve();
      else if (!isSending) void sendAll().catch(reject);
    };
    const sendAll = async () => {
      isSending = true;
      while (free > 0 && sent < messages) {
        await nextTurn();
        const count = Math.min(free, perTurn, messages - sent);
        free -= count;
        sent += count;
        const { decided, outcomes } = store.admit(Array.from({ length: count }, makeOffer), limit);
        for (const outcome of outcomes) void outcome.then(over, reject);
        // As the server does: one gather at a time.
        await decided;
      }
      isSending = false;
    };
    void sendAll().catch(reject);
  });
}

/** Many at once: what it takes is not measured. */
export const warmingInFlight = 1_024;

/** Does nothing, so that what the clients themselves cost is known. */
export const noStore: Pick<BenchedStore, 'admit'> = {
  admit: (batch): Admitting => {
    const over = nextTurn();
    return { decided: Promise.resolve(), outcomes: batch.map(() => over.then(() => ({ outcome: 'stored', seq: 0n }))) };
  },
};
