// Reads the caller's own mailbox, for the routes that fetch: at once, or after a wait.

import { type Static, Type } from 'typebox';
import type { FetchRange, Mailbox, NumberedMessage, Store } from '../store/store.js';
import { fromBase64url, toBase64url } from '../wire/bytes.js';
import { ChannelId, Exactly, IdentityKey, Payload, Timestamp, U63, U64 } from '../wire/schemas.js';
import type { RouteContext } from './context.js';
import { channelOrThrow, ownMailbox } from './membership.js';

/** Members of a request that fetches. No `default`: generators of types take a member with one for required. */
export const range = {
  channelId: ChannelId,
  after: Type.Optional(
    Type.Unsafe<string>({ ...U63, description: 'Only messages with a higher number; without it all' }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000, description: 'Most messages; without it 100', examples: [100] }),
  ),
};

export const Fetched = Exactly({
  messages: Type.Array(
    Exactly({
      seq: U64,
      senderIdentity: Type.Optional(IdentityKey),
      payload: Payload,
      storedAt: Timestamp,
    }),
  ),
  more: Type.Boolean({
    description: 'True when the mailbox has messages after the last one of this answer',
    examples: [false],
  }),
});

interface Range {
  readonly channelId: string;
  readonly after?: string;
  readonly limit?: number;
}

/** The messages of one answer. */
export interface Page {
  readonly messages: readonly NumberedMessage[];
  /** Whether the mailbox has messages after them. */
  readonly more: boolean;
}

export interface Reader {
  readonly mailbox: Mailbox;
  readonly read: () => Promise<Page>;
}

/** @throws Problem CHANNEL_UNKNOWN, NOT_A_MEMBER, TOO_MUCH_UNREAD */
export async function readerOf(caller: Uint8Array, body: Range, context: RouteContext): Promise<Reader> {
  const { store, settings, unread } = context;
  const account = toBase64url(caller);
  unread.roomOf(account);
  const channel = await channelOrThrow(store, fromBase64url(body.channelId));
  const mailbox = ownMailbox(channel, caller);
  const wanted = { after: BigInt(body.after ?? 0), limit: body.limit ?? 100 };
  const maxBytes = () => Math.min(settings.maxFetchBytes, unread.roomOf(account));
  return { mailbox, read: async () => pageOf(store, mailbox, { ...wanted, maxBytes: maxBytes() }) };
}

async function pageOf(store: Store, mailbox: Mailbox, range: FetchRange): Promise<Page> {
  const messages = await store.fetch(mailbox, range);
  const last = messages.at(-1);
  return { messages, more: last !== undefined && (await hasAfter(store, mailbox, last.seq)) };
}

/** An answer ends at a limit of messages or of bytes, and the store does not tell whether it has. */
async function hasAfter(store: Store, mailbox: Mailbox, seq: bigint): Promise<boolean> {
  try {
    return (await store.fetch(mailbox, { after: seq, limit: 1, maxBytes: 0 })).length > 0;
  } catch {
    // The messages found are delivered; the next fetch reports why the rest cannot be read.
    return true;
  }
}

/** Tells the plugins about a fetch, and returns its answer. */
export function fetched(mailbox: Mailbox, { messages, more }: Page, { tell }: RouteContext): Static<typeof Fetched> {
  tell('onFetch', { ...mailbox, messageCount: messages.length });
  return { messages: messages.map(toWire), more };
}

function toWire(message: NumberedMessage): Static<typeof Fetched>['messages'][number] {
  return {
    seq: message.seq.toString(),
    ...(message.senderIdentity && { senderIdentity: toBase64url(message.senderIdentity) }),
    payload: toBase64url(message.payload),
    storedAt: new Date(message.storedAt).toISOString(),
  };
}
