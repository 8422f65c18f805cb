// The route by which many messages are sent at once. They pass the same admission as a single message.

import type { FastifyBaseLogger } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Caller } from '../../accounts/sessions.js';
import type { Admitted } from '../../messages/arrival.js';
import { Problem } from '../../wire/problems.js';
import { Exactly, IdempotencyKey, ProblemSchema, U64 } from '../../wire/schemas.js';
import type { RouteContext } from '../context.js';
import { clientRoute } from '../route.js';
import { arrivalOf, messageProblems, type Outgoing, outgoing, senderOf } from '../sending.js';

const maxBatch = 1_000;

const Stored = Exactly({ status: Type.Literal('stored'), seq: U64 });
const Refused = Exactly({ status: Type.Literal('refused'), problem: ProblemSchema });

type Result = Static<typeof Stored> | Static<typeof Refused>;

export const batchEnqueue = clientRoute({
  path: '/v1/batch-enqueue',
  tag: 'message',
  summary: 'Sends up to 1,000 messages; each has its own result, in the same order',
  auth: 'user or sealed sender',
  limit: 'perCaller',
  problems: messageProblems,
  bodyLimit: ({ maxBatchBytes }) => maxBatchBytes,
  schemas: (settings) => ({
    body: Exactly({
      messages: Type.Array(Exactly({ ...outgoing(settings), clientMessageId: Type.Optional(IdempotencyKey) }), {
        minItems: 1,
        maxItems: maxBatch,
      }),
    }),
    response: { 200: Exactly({ results: Type.Array(Type.Union([Stored, Refused])) }) },
  }),
  handler: (context) => async (request) => {
    const sender = senderOf(request, context.settings.sealedSender);
    const admitted = await Promise.allSettled(await admitAll(request.body.messages, sender, context));
    const stored = admitted.flatMap((one) =>
      one.status === 'fulfilled' && !one.value.isRepeated ? [one.value.event] : [],
    );
    if (stored.length > 0) context.tell('onBatchEnqueue', stored);
    return { results: admitted.map((one) => resultOf(one, request.log)) };
  },
});

/** Looks up the mailboxes of all messages before admitting the first, so that they arrive together and in order. */
async function admitAll(
  messages: readonly Outgoing[],
  sender: Caller | undefined,
  context: RouteContext,
): Promise<Promise<Admitted>[]> {
  const addressed = await Promise.allSettled(messages.map((message) => arrivalOf(message, sender, context)));
  return addressed.map((one) =>
    one.status === 'fulfilled' ? context.admission.admit(one.value) : Promise.reject(one.reason),
  );
}

/** Limits a failure to the result of its own message, because the others may already be stored. */
function resultOf(admitted: PromiseSettledResult<Admitted>, log: FastifyBaseLogger): Result {
  if (admitted.status === 'fulfilled') return { status: 'stored', seq: admitted.value.event.seq.toString() };
  if (admitted.reason instanceof Problem) return { status: 'refused', problem: admitted.reason.document() };
  log.error({ err: admitted.reason }, 'a message of a batch failed');
  return { status: 'refused', problem: new Problem('INTERNAL').document() };
}
