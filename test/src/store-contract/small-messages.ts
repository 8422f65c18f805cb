// Mailboxes and small messages, and the few words that most tests of a store are written in.

import assert from 'node:assert/strict';
import type {
  AdmittedMessage,
  AdmittedRange,
  Decide,
  Mailbox,
  MailboxLimit,
  Numbered,
  NumberedMessage,
  Offer,
  Outcome,
  RetryKey,
  Store,
  Verdict,
} from '@gatehouse/server';
import { letIn, offerOf } from '../support/admit-all.js';

export const mailbox = (byte: number): Mailbox => ({
  recipientKey: Buffer.alloc(32, byte),
  channelId: Buffer.alloc(16, byte),
});

/** All messages of a mailbox, for `fetch`. */
export const all = { after: 0n, limit: 1e6, maxBytes: 1e12 };

/** Far from now, and from whatever the clock says. */
export const never = 2 ** 45;
export const noLimit: MailboxLimit = { messages: 1e9, bytes: 1e12 };
/** Above every number that a store gives. */
export const highestNumber = 2n ** 64n - 1n;

/** A key, and the fingerprint of the message with this text. */
export const retryOf = (key: string, text = key, lifeMs = never): RetryKey => ({
  key: Buffer.from(key),
  fingerprint: Buffer.alloc(32, text),
  lifeMs,
});

/** A message that is recognised by its text. */
export const retriable = (to: Mailbox, text: string, lifeMs = never): Offer => ({
  ...offerOf(to, text),
  retry: retryOf(text, text, lifeMs),
});

/** Decides each message on its own. */
export const deciding =
  (verdictOf: (asked: Numbered) => Verdict): Decide =>
  (asked) => ({ verdicts: asked.map(verdictOf) });

export const refuseAll = deciding(() => ({ admit: false }));

export interface Manner {
  readonly decide?: Decide;
  readonly limit?: MailboxLimit;
}

/** Offers messages in one batch. */
export function admit(
  store: Pick<Store, 'admit'>,
  offers: readonly Offer[],
  { decide = letIn, limit = noLimit }: Manner = {},
): Promise<readonly Outcome[]> {
  return Promise.all(store.admit(offers, limit, decide).outcomes);
}

export async function admitOne(store: Pick<Store, 'admit'>, offer: Offer, manner?: Manner): Promise<Outcome> {
  const [outcome] = await admit(store, [offer], manner);
  return outcome!;
}

/** Stores messages in one batch. Returns their numbers. */
export async function add(
  store: Pick<Store, 'admit'>,
  to: Mailbox,
  ...messages: readonly (string | Offer)[]
): Promise<readonly bigint[]> {
  const offers = messages.map((message) => (typeof message === 'string' ? offerOf(to, message) : message));
  return (await admit(store, offers)).map(numberOf);
}

/** Returns the number of a message that was stored. @throws if it was not */
export function numberOf(outcome: Outcome): bigint {
  assert.ok(outcome.outcome === 'stored', `stored, and not ${outcome.outcome}`);
  return outcome.seq;
}

/** Returns the number that the next message of a mailbox gets. It is refused, and leaves a gap. */
export async function nextNumber(store: Pick<Store, 'admit'>, of: Mailbox): Promise<bigint> {
  const told: bigint[] = [];
  const decide = deciding(({ seq }) => {
    told.push(seq);
    return { admit: false };
  });
  assert.deepEqual(await admitOne(store, offerOf(of, 'refused'), { decide }), { outcome: 'refused' });
  return told.at(-1)!;
}

export const textOf = ({ payload }: Pick<NumberedMessage, 'payload'>): string => Buffer.from(payload).toString();

/** The payloads that a mailbox has to show, as texts. */
export async function textsIn(store: Pick<Store, 'fetch'>, from: Mailbox): Promise<readonly string[]> {
  return (await store.fetch(from, all)).map(textOf);
}

/** The messages that passed without a verdict, page by page. */
export async function pagesOf(
  store: Pick<Store, 'admittedWithout'>,
  range: AdmittedRange,
): Promise<readonly (readonly AdmittedMessage[])[]> {
  const { messages, next } = await store.admittedWithout(range);
  return next === undefined ? [messages] : [messages, ...(await pagesOf(store, { ...range, after: next }))];
}

export const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
