// Mailboxes and small messages, and the few words that most tests of a store are written in.

import type { Mailbox, MailboxLimit, Message, NumberedMessage, Settlement, Store } from '@gatehouse/server';

export const mailbox = (byte: number): Mailbox => ({
  recipientKey: Buffer.alloc(32, byte),
  channelId: Buffer.alloc(16, byte),
});

/** All messages of a mailbox, for `fetch`. */
export const all = { after: 0n, limit: 1e6, maxBytes: 1e12 };

/** Far from now, and from whatever the clock says. */
export const never = 2 ** 45;
export const noLimit: MailboxLimit = { messages: 1e9, bytes: 1e12 };

export const messageOf = (text: string, expiresAt = never): Message => ({
  payload: Buffer.from(text),
  storedAt: 1_000,
  expiresAt,
});

export const settlement = (to: Mailbox, seq: bigint, text: string, expiresAt?: number): Settlement => ({
  mailbox: to,
  seq,
  message: messageOf(text, expiresAt),
});

export const receiptOf = (id: string, expiresAt = never) => ({
  id: Buffer.from(id),
  fingerprint: Buffer.alloc(32, id),
  expiresAt,
});

/** Stores messages in one commit. Returns their numbers. */
export async function add(
  store: Pick<Store, 'assignSeqs' | 'commit'>,
  to: Mailbox,
  ...messages: readonly (string | Message)[]
): Promise<readonly bigint[]> {
  const seqs = await store.assignSeqs(messages.map(() => to));
  const settlements = messages.map((message, i) => ({
    mailbox: to,
    seq: seqs[i]!,
    message: typeof message === 'string' ? messageOf(message) : message,
  }));
  await store.commit(settlements, noLimit);
  return seqs;
}

export const textOf = ({ payload }: Pick<NumberedMessage, 'payload'>): string => Buffer.from(payload).toString();

/** The payloads that a mailbox has to show, as texts. */
export async function textsIn(store: Store, from: Mailbox): Promise<readonly string[]> {
  return (await store.fetch(from, all)).map(textOf);
}

export const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
