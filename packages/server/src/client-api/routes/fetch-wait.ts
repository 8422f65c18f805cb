// The route by which a user reads its own mailbox, and waits for the first message if there is none.

import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Caller, Sessions } from '../../accounts/sessions.js';
import { onAnswerEnd } from '../../http/answer-ends.js';
import type { Wait, Waiters } from '../../messages/waiters.js';
import { Problem } from '../../wire/problems.js';
import { Exactly } from '../../wire/schemas.js';
import { callerOrThrow } from '../caller.js';
import { Fetched, fetched, type Page, type Reader, range, readerOf } from '../reading.js';
import { clientRoute } from '../route.js';

export const fetchWait = clientRoute({
  path: '/v1/fetch-wait',
  tag: 'message',
  summary: 'As fetch, and waits for the first message if there is none',
  description: 'The wait ends with 401 as soon as its session ends.',
  auth: 'user',
  limit: 'perCaller',
  problems: ['CHANNEL_UNKNOWN', 'NOT_A_MEMBER', 'STORAGE_UNAVAILABLE'],
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
    const caller = callerOrThrow(request);
    const reader = await readerOf(caller.identityKey, request.body, context);
    const client = new WaitingClient(reply, caller, context.sessions);
    try {
      const page = await readOrWait(reader, context.waiters, request.body.timeoutMs, client);
      return client.hasGone ? abandon(reply) : fetched(reader.mailbox, page, context);
    } finally {
      client.answered();
    }
  },
});

/** A client that waits. Its wait also ends when it disconnects, or when its session ends. */
class WaitingClient {
  hasGone = false;
  /** Stops watching the session. */
  readonly answered: () => void;
  readonly #caller: Caller;
  readonly #sessions: Sessions;
  #wait: Wait | undefined;
  #hasEnded = false;

  constructor(reply: FastifyReply, caller: Caller, sessions: Sessions) {
    this.#caller = caller;
    this.#sessions = sessions;
    onAnswerEnd(reply.request.raw, reply.raw, () => {
      this.hasGone = !reply.raw.writableEnded;
      this.#wait?.giveUp();
    });
    this.answered = sessions.watch(caller, () => {
      this.#hasEnded = true;
      this.#wait?.giveUp();
    });
  }

  waits(wait: Wait): Wait {
    if (this.hasGone || this.#hasEnded) wait.giveUp();
    this.#wait = wait;
    return wait;
  }

  /**
   * Returns how much longer the session lasts if it is not used, in ms. The first time, the check made when the request
   * came is recent enough. @throws Problem UNAUTHENTICATED when it has ended
   */
  async sessionMs(isFirst: boolean): Promise<number> {
    const isKnown = isFirst && this.#sessions.isFresh(this.#caller);
    const until = isKnown ? this.#caller.expiresAt : await this.#sessions.validUntil(this.#caller);
    this.mustBeLoggedIn();
    if (until === undefined) throw new Problem('UNAUTHENTICATED');
    return until - Date.now();
  }

  /** @throws Problem UNAUTHENTICATED when this server has ended the session meanwhile */
  mustBeLoggedIn(): void {
    if (this.#hasEnded) throw new Problem('UNAUTHENTICATED');
  }
}

/** Reads until there is a message, the time is over, or the client has gone. @throws Problem UNAUTHENTICATED */
async function readOrWait(
  { mailbox, read }: Reader,
  waiters: Waiters,
  timeoutMs: number,
  client: WaitingClient,
): Promise<Page> {
  const until = performance.now() + timeoutMs;
  for (let isFirst = true; ; isFirst = false) {
    // Checked again each time: the session may have ended or been renewed while its client waited.
    const sessionMs = await client.sessionMs(isFirst);
    const leftMs = until - performance.now();
    const { waking, giveUp } = client.waits(waiters.next(mailbox, Math.min(leftMs, sessionMs)));
    const page = await read().catch((error) => {
      giveUp();
      throw error;
    });
    if (page.messages.length > 0) {
      giveUp();
      client.mustBeLoggedIn();
      return page;
    }
    const isOver = (await waking) === 'over' && (leftMs <= sessionMs || waiters.isClosed);
    if (client.hasGone) return page;
    if (isOver) {
      await client.sessionMs(false);
      return page;
    }
  }
}

/** Gives up the answer: the client has gone, and there is nothing to report. */
function abandon(reply: FastifyReply): FastifyReply {
  return reply.hijack();
}
