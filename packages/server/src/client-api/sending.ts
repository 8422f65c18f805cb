// The routes by which messages are sent, one or many at once. Both go through the same admission.

import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Caller } from '../../accounts/sessions.js';
import type { Admitted, Arrival } from '../../messages/admission.js';
import { decodedLength, fromBase64url, sameBytes } from '../../wire/bytes.js';
import { Problem, type ProblemCode } from '../../wire/problems.js';
import {
  bearer,
  ChannelId,
  Exactly,
  IdempotencyKey,
  IdentityKey,
  Payload,
  ProblemSchema,
  U64,
} from '../../wire/schemas.js';
import { callerOrThrow } from '../caller.js';
import type { App, RouteContext, RouteSettings } from '../context.js';
import { channelOrThrow, mailboxOf, peerMailboxOf } from '../membership.js';

const tags = ['message'];
/** Of a message. In a batch most of them are the result of one message, and not the answer. */
const problems: readonly ProblemCode[] = [
  'PAYLOAD_TOO_LARGE',
  'CHANNEL_UNKNOWN',
  'NOT_A_MEMBER',
  'REJECTED_BY_HOOK',
  'HOOK_UNAVAILABLE',
  'MAILBOX_FULL',
  'IDEMPOTENCY_KEY_REUSED',
  'STORAGE_FULL',
  'STORAGE_UNAVAILABLE',
];
const maxBatch = 1_000;
/** What a message of a body takes beside its payload. */
const envelopeBytes = 1_024;

const secondsOfDay = 86_400;

/** The members of a message that is sent on its own, and of one in a batch. */
function outgoing({ messageTtlMaxDays }: RouteSettings) {
  return {
    channelId: ChannelId,
    payload: Payload,
    recipientKey: Type.Optional(
      Type.Unsafe<string>({
        ...IdentityKey,
        description: 'Needed without a token (sealed sender); otherwise the other member of the channel',
      }),
    ),
    ttlSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: messageTtlMaxDays * secondsOfDay,
        examples: [3_600],
        description: 'After which the message expires if it is not acknowledged before',
      }),
    ),
  };
}

interface Outgoing {
  readonly channelId: string;
  readonly payload: string;
  readonly recipientKey?: string;
  readonly ttlSeconds?: number;
  readonly clientMessageId?: string;
}

const RetryHeader = Type.Object({ 'idempotency-key': Type.Optional(IdempotencyKey) });

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
      config: { problems },
      schema: {
        tags,
        summary: 'Sends a message; when it is answered, the message is on disk',
        security: [...bearer, {}],
        headers: RetryHeader,
        body: Exactly(outgoing(settings)),
        response: { 200: Exactly({ seq: U64 }) },
      },
    },
    async (request) => {
      const sender = senderOf(request, settings.sealedSender);
      const clientMessageId = request.headers['idempotency-key'];
      const message = { ...request.body, ...(clientMessageId !== undefined && { clientMessageId }) };
      const { event } = await admission.admit(await address(message, sender, context));
      return { seq: event.seq.toString() };
    },
  );

  app.post(
    '/batch-enqueue',
    {
      onRequest: limits.perCaller,
      bodyLimit: settings.maxBatchBytes,
      config: { problems },
      schema: {
        tags,
        summary: 'Sends up to 1,000 messages; each has its own result, in the same order',
        security: [...bearer, {}],
        body: Exactly({
          messages: Type.Array(Exactly({ ...outgoing(settings), clientMessageId: Type.Optional(IdempotencyKey) }), {
            minItems: 1,
            maxItems: maxBatch,
          }),
        }),
        response: { 200: Exactly({ results: Type.Array(Type.Union([Stored, Refused])) }) },
      },
    },
    async (request) => {
      const sender = senderOf(request, settings.sealedSender);
      const admitted = await Promise.allSettled(await admitAll(request.body.messages, sender, context));
      const stored = admitted.flatMap((one) =>
        one.status === 'fulfilled' && !one.value.isRepeated ? [one.value.event] : [],
      );
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
  messages: readonly Outgoing[],
  sender: Caller | undefined,
  context: RouteContext,
): Promise<Promise<Admitted>[]> {
  const addressed = await Promise.allSettled(messages.map((message) => address(message, sender, context)));
  return addressed.map((one) =>
    one.status === 'fulfilled' ? context.admission.admit(one.value) : Promise.reject(one.reason),
  );
}

/** Which mailbox a message goes to. @throws Problem PAYLOAD_TOO_LARGE, CHANNEL_UNKNOWN, NOT_A_MEMBER, INVALID_REQUEST */
async function address(
  message: Outgoing,
  sender: Caller | undefined,
  { store, settings }: RouteContext,
): Promise<Arrival> {
  const length = decodedLength(message.payload);
  if (length > settings.maxPayloadBytes) {
    throw new Problem('PAYLOAD_TOO_LARGE', { detail: `${length} > ${settings.maxPayloadBytes} bytes` });
  }
  const channel = await channelOrThrow(store, fromBase64url(message.channelId));
  const content = contentOf(message);
  const named = message.recipientKey === undefined ? undefined : fromBase64url(message.recipientKey);
  if (!sender) {
    if (!named) throw new Problem('INVALID_REQUEST', { detail: 'without a token, recipientKey is needed' });
    return { mailbox: mailboxOf(channel, named), ...content };
  }
  const mailbox = peerMailboxOf(channel, sender.identityKey);
  if (named && !sameBytes(named, mailbox.recipientKey)) {
    throw new Problem('INVALID_REQUEST', { detail: 'recipientKey is not the other member of the channel' });
  }
  return { mailbox, senderIdentity: sender.identityKey, ...content };
}

function contentOf({ payload, ttlSeconds, clientMessageId }: Outgoing): Omit<Arrival, 'mailbox'> {
  return {
    payload: fromBase64url(payload),
    ...(ttlSeconds !== undefined && { ttlSeconds }),
    ...(clientMessageId !== undefined && { idempotencyKey: clientMessageId }),
  };
}

/** What goes wrong with one message is that message's result: the others may be stored already. */
function resultOf(admitted: PromiseSettledResult<Admitted>, log: FastifyBaseLogger): Result {
  if (admitted.status === 'fulfilled') return { status: 'stored', seq: admitted.value.event.seq.toString() };
  if (admitted.reason instanceof Problem) return { status: 'refused', problem: admitted.reason.document() };
  log.error({ err: admitted.reason }, 'a message of a batch failed');
  return { status: 'refused', problem: new Problem('INTERNAL').document() };
}
