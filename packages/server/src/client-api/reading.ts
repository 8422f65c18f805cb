// Reads the caller's own mailbox, for the routes that fetch: at once, or after a wait.

import { type Static, Type } from 'typebox';
import type { Mailbox, NumberedMessage } from '../store/store.js';
import { fromBase64url, toBase64url } from '../wire/bytes.js';
import { ChannelId, Exactly, IdentityKey, Payload, Timestamp, U63, U64 } from '../wire/schemas.js';
import type { RouteContext } from './context.js';
import { channelOrThrow, ownMailbox } from './membership.js';

/** Members of a request that fetches. */
export const range = {
  channelId: ChannelId,
  after: Type.Optional(
    Type.Unsafe<string>({ ...U63, default: '0', description: 'Only messages with a higher number' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100, examples: [100] })),
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
});

interface Range {
  readonly channelId: string;
  readonly after?: string;
  readonly limit?: number;
}

export interface Reader {
  readonly mailbox: Mailbox;
  readonly read: () => Promise<readonly NumberedMessage[]>;
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
  return { mailbox, read: async () => store.fetch(mailbox, { ...wanted, maxBytes: maxBytes() }) };
}

/** Tells the plugins about a fetch, and returns its answer. */
export function fetched(
  mailbox: Mailbox,
  messages: readonly NumberedMessage[],
  { tell }: RouteContext,
): Static<typeof Fetched> {
  tell('onFetch', { ...mailbox, messageCount: messages.length });
  return { messages: messages.map(toWire) };
}

function toWire(message: NumberedMessage): Static<typeof Fetched>['messages'][number] {
  return {
    seq: message.seq.toString(),
    ...(message.senderIdentity && { senderIdentity: toBase64url(message.senderIdentity) }),
    payload: toBase64url(message.payload),
    storedAt: new Date(message.storedAt).toISOString(),
  };
}
