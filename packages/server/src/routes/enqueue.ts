// The routes by which messages are sent, one or many at once. Both go through the same admission.

import type { MessageEvent } from '@gatehouse/plugin-api';
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Arrival } from '../admission.js';
import { callerOrThrow } from '../auth/caller.js';
import type { Caller } from '../auth/sessions.js';
import { Problem } from '../problems.js';
import { decodedLength, fromBase64url, sameBytes } from '../wire/bytes.js';
import {
  bearer,
  ChannelId,
  Exactly,
  IdentityKey,
  Payload,
  ProblemSchema,
  problemAnswers,
  U64,
} from '../wire/schemas.js';
import type { App, RouteContext } from './context.js';
import { channelOrThrow, mailboxOf, peerMailboxOf } from './membership.js';

const tags = ['message'];
const maxBatch = 1_000;
/** What a message of a body takes beside its payload. */
const envelopeBytes = 1_024;

const Outgoing = Exactly({
  channelId: ChannelId,
  payload: Payload,
  recipientKey: Type.Optional(
    Type.Unsafe<string>({
      ...IdentityKey,
      description: 'Needed without a token (sealed sender); otherwise the other member of the channel',
    }),
  ),
});

const Stored = Exactly({ status: Type.Literal('stored'), seq: U64 });
const Refused = Exactly({ status: Type.Literal('refused'), problem: ProblemSchema });

type Result = Static<typeof Stored> | Static<typeof Refused>;

export function enqueueRoutes(app: App, context: RouteContext): void {
  const { admission, limits, settings, tell } = context;

  app.post(
    '/enqueue',
    {
      onRequest: limits.perCaller,
      bodyLimit: Math.ceil((settings.maxPayloadBytes * 4) / 3) + envelopeBytes,
      schema: {
        tags,
        summary: 'Sends a message; when it is answered, the message is on disk',
        security: [...bearer, {}],
        body: Outgoing,
        response: { 200: Exactly({ seq: U64 }), ...problemAnswers },
      },
    },
    async (request) => {
      const sender = senderOf(request, settings.sealedSender);
      const { seq } = await admission.admit(await address(request.body, sender, context));
      return { seq: seq.toString() };
    },
  );

  app.post(
    '/batch-enqueue',
    {
      onRequest: limits.perCaller,
      bodyLimit: settings.maxBatchBytes,
      schema: {
        tags,
        summary: 'Sends up to 1,000 messages; each has its own result, in the same order',
        security: [...bearer, {}],
        body: Exactly({ messages: Type.Array(Outgoing, { minItems: 1, maxItems: maxBatch }) }),
        response: { 200: Exactly({ results: Type.Array(Type.Union([Stored, Refused])) }), ...problemAnswers },
      },
    },
    async (request) => {
      const sender = senderOf(request, settings.sealedSender);
      const admitted = await Promise.allSettled(await admitAll(request.body.messages, sender, context));
      const stored = admitted.filter((one) => one.status === 'fulfilled').map((one) => one.value);
      if (stored.length > 0) tell('onBatchEnqueue', stored);
      return { results: admitted.map((one) => resultOf(one, request.log)) };
    },
  );
}

/** Undefined for a sealed sender. A token that is not valid is an error, also where none is needed. */
function senderOf(request: FastifyRequest, sealedSender: boolean): Caller | undefined {
  const sealed = sealedSender && request.headers.authorization === undefined;
  return sealed ? undefined : callerOrThrow(request);
}

/** Looks every message up before the first is admitted, so that they arrive together and in order. */
async function admitAll(
  messages: readonly Static<typeof Outgoing>[],
  sender: Caller | undefined,
  context: RouteContext,
): Promise<Promise<MessageEvent>[]> {
  const addressed = await Promise.allSettled(messages.map((message) => address(message, sender, context)));
  return addressed.map((one) =>
    one.status === 'fulfilled' ? context.admission.admit(one.value) : Promise.reject(one.reason),
  );
}

/** Which mailbox a message goes to. @throws Problem PAYLOAD_TOO_LARGE, CHANNEL_UNKNOWN, NOT_A_MEMBER, INVALID_REQUEST */
async function address(
  message: Static<typeof Outgoing>,
  sender: Caller | undefined,
  { store, settings }: RouteContext,
): Promise<Arrival> {
  const length = decodedLength(message.payload);
  if (length > settings.maxPayloadBytes) {
    throw new Problem('PAYLOAD_TOO_LARGE', { detail: `${length} > ${settings.maxPayloadBytes} bytes` });
  }
  const channel = await channelOrThrow(store, fromBase64url(message.channelId));
  const payload = fromBase64url(message.payload);
  const named = message.recipientKey === undefined ? undefined : fromBase64url(message.recipientKey);
  if (!sender) {
    if (!named) throw new Problem('INVALID_REQUEST', { detail: 'without a token, recipientKey is needed' });
    return { mailbox: mailboxOf(channel, named), payload };
  }
  const mailbox = peerMailboxOf(channel, sender.identityKey);
  if (named && !sameBytes(named, mailbox.recipientKey)) {
    throw new Problem('INVALID_REQUEST', { detail: 'recipientKey is not the other member of the channel' });
  }
  return { mailbox, senderIdentity: sender.identityKey, payload };
}

/** What goes wrong with one message is that message's result: the others may be stored already. */
function resultOf(admitted: PromiseSettledResult<MessageEvent>, log: FastifyBaseLogger): Result {
  if (admitted.status === 'fulfilled') return { status: 'stored', seq: admitted.value.seq.toString() };
  if (admitted.reason instanceof Problem) return { status: 'refused', problem: admitted.reason.document() };
  log.error({ err: admitted.reason }, 'a message of a batch failed');
  return { status: 'refused', problem: new Problem('INTERNAL').document() };
}
