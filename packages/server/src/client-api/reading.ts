// The routes by which a user reads its own mailbox, waits for it, and acknowledges what it has.

import type { FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Wait, Waiters } from '../../messages/waiters.js';
import type { Mailbox, NumberedMessage, Store } from '../../store/store.js';
import { fromBase64url, toBase64url } from '../../wire/bytes.js';
import { bearer, ChannelId, Exactly, IdentityKey, Payload, Timestamp, U64 } from '../../wire/schemas.js';
import { callerOrThrow, requireCaller } from '../caller.js';
import type { App, RouteContext } from '../context.js';
import { channelOrThrow, mailboxOf } from '../membership.js';

const tags = ['message'];

const range = {
  channelId: ChannelId,
  after: Type.Optional(
    Type.Unsafe<string>({ ...U64, default: '0', description: 'Only messages with a higher number' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100, examples: [100] })),
};

const Fetched = Exactly({
  messages: Type.Array(
    Exactly({
      seq: U64,
      senderIdentity: Type.Optional(IdentityKey),
      payload: Payload,
      storedAt: Timestamp,
    }),
  ),
});

export function fetchRoutes(app: App, { store, tell, limits, waiters, settings }: RouteContext): void {
  const onRequest = [limits.perCaller, requireCaller];

  const reader = async (caller: Uint8Array, body: { channelId: string; after?: string; limit?: number }) => {
    const channel = await channelOrThrow(store, fromBase64url(body.channelId));
    const mailbox = mailboxOf(channel, caller);
    const wanted = { after: BigInt(body.after ?? 0), limit: body.limit ?? 100, maxBytes: settings.maxFetchBytes };
    return { mailbox, read: () => store.fetch(mailbox, wanted) };
  };

  const answer = (mailbox: Mailbox, messages: readonly NumberedMessage[]): Static<typeof Fetched> => {
    tell('onFetch', { ...mailbox, messageCount: messages.length });
    return { messages: messages.map(toWire) };
  };

  app.post(
    '/fetch',
    {
      onRequest,
      config: { problems: ['CHANNEL_UNKNOWN', 'NOT_A_MEMBER'] },
      schema: {
        tags,
        summary: 'Messages of the own mailbox, in order; they stay until acknowledged',
        security: bearer,
        body: Exactly(range),
        response: { 200: Fetched },
      },
    },
    async (request) => {
      const { mailbox, read } = await reader(callerOrThrow(request).identityKey, request.body);
      return answer(mailbox, await read());
    },
  );

  app.post(
    '/fetch-wait',
    {
      onRequest,
      config: { problems: ['CHANNEL_UNKNOWN', 'NOT_A_MEMBER'] },
      schema: {
        tags,
        summary: 'As fetch, and waits for the first message if there is none',
        security: bearer,
        body: Exactly({
          ...range,
          timeoutMs: Type.Integer({
            minimum: 0,
            maximum: settings.maxWaitMs,
            description: 'How long to wait',
            examples: [25_000],
          }),
        }),
        response: { 200: Fetched },
      },
    },
    async (request, reply) => {
      const { mailbox, read } = await reader(callerOrThrow(request).identityKey, request.body);
      const client = new WaitingClient(reply);
      const messages = await readOrWait(read, mailbox, waiters, request.body.timeoutMs, client);
      return client.hasGone ? abandon(reply) : answer(mailbox, messages);
    },
  );

  app.post(
    '/ack',
    {
      onRequest,
      config: { problems: ['CHANNEL_UNKNOWN', 'NOT_A_MEMBER', 'STORAGE_UNAVAILABLE', 'STORAGE_FULL'] },
      schema: {
        tags,
        summary: 'Removes the messages of the own mailbox up to and with a number',
        security: bearer,
        body: Exactly({ channelId: ChannelId, upTo: U64 }),
        response: { 200: Exactly({ removed: Type.Integer({ examples: [3] }) }) },
      },
    },
    async (request) => {
      const channel = await channelOrThrow(store, fromBase64url(request.body.channelId));
      const mailbox = mailboxOf(channel, callerOrThrow(request).identityKey);
      return { removed: await store.remove(mailbox, BigInt(request.body.upTo)) };
    },
  );
}

/** A client that may go away while it waits. */
class WaitingClient {
  hasGone = false;
  #wait: Wait | undefined;

  constructor(reply: FastifyReply) {
    reply.raw.once('close', () => {
      this.hasGone = !reply.raw.writableEnded;
      this.#wait?.giveUp();
    });
  }

  waits(wait: Wait): Wait {
    if (this.hasGone) wait.giveUp();
    this.#wait = wait;
    return wait;
  }
}

/** Reads until there is something, the time is over, or nobody waits any more. */
async function readOrWait(
  read: () => ReturnType<Store['fetch']>,
  mailbox: Mailbox,
  waiters: Waiters,
  timeoutMs: number,
  client: WaitingClient,
): Promise<readonly NumberedMessage[]> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const { waking, giveUp } = client.waits(waiters.next(mailbox, until - performance.now()));
    const messages = await read().catch((error) => {
      giveUp();
      throw error;
    });
    if (messages.length > 0) {
      giveUp();
      return messages;
    }
    if ((await waking) === 'over') return [];
  }
}

/** The client has gone: there is nobody to answer and nothing to report. */
function abandon(reply: FastifyReply): FastifyReply {
  return reply.hijack();
}

function toWire(message: NumberedMessage): Static<typeof Fetched>['messages'][number] {
  return {
    seq: message.seq.toString(),
    ...(message.senderIdentity && { senderIdentity: toBase64url(message.senderIdentity) }),
    payload: toBase64url(message.payload),
    storedAt: new Date(message.storedAt).toISOString(),
  };
}
