// The route by which a user reads its own mailbox, and waits for the first message if there is none.

import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Wait, Waiters } from '../../messages/waiters.js';
import type { NumberedMessage } from '../../store/store.js';
import { Exactly } from '../../wire/schemas.js';
import { callerOrThrow } from '../caller.js';
import { Fetched, fetched, type Reader, range, readerOf } from '../reading.js';
import { clientRoute } from '../route.js';

export const fetchWait = clientRoute({
  path: '/v1/fetch-wait',
  tag: 'message',
  summary: 'As fetch, and waits for the first message if there is none',
  auth: 'user',
  limit: 'perCaller',
  problems: ['CHANNEL_UNKNOWN', 'NOT_A_MEMBER'],
  schemas: ({ maxWaitMs }) => ({
    body: Exactly({
      ...range,
      timeoutMs: Type.Integer({
        minimum: 0,
        maximum: maxWaitMs,
        description: 'How long to wait',
        examples: [25_000],
      }),
    }),
    response: { 200: Fetched },
  }),
  handler: (context) => async (request, reply) => {
    const reader = await readerOf(callerOrThrow(request).identityKey, request.body, context);
    const client = new WaitingClient(reply);
    const messages = await readOrWait(reader, context.waiters, request.body.timeoutMs, client);
    return client.hasGone ? abandon(reply) : fetched(reader.mailbox, messages, context);
  },
});

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
  { mailbox, read }: Reader,
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
