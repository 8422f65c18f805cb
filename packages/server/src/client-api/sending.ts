// The messages of a request that sends: their members, their sender, and their mailboxes.

import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Caller } from '../accounts/sessions.js';
import type { Arrival } from '../messages/arrival.js';
import { decodedLength, fromBase64url, sameBytes } from '../wire/bytes.js';
import { Problem, type ProblemCode } from '../wire/problems.js';
import { ChannelId, IdentityKey, Payload } from '../wire/schemas.js';
import { callerOrThrow } from './caller.js';
import type { RouteContext, RouteSettings } from './context.js';
import { channelOrThrow, ownMailbox, peerMailbox } from './membership.js';

/** Problems of a message. In a batch most of them are the result of one message instead of the answer. */
export const messageProblems: readonly ProblemCode[] = [
  'PAYLOAD_TOO_LARGE',
  'CHANNEL_UNKNOWN',
  'NOT_A_MEMBER',
  'REJECTED_BY_HOOK',
  'DEFERRED_BY_HOOK',
  'HOOK_UNAVAILABLE',
  'MAILBOX_FULL',
  'RECIPIENT_FULL',
  'TOO_MANY_RETRIES',
  'IDEMPOTENCY_KEY_REUSED',
  'STORAGE_FULL',
  'STORAGE_UNAVAILABLE',
];

const secondsOfDay = 86_400;

/** The members of a message, whether sent alone or in a batch. */
export function outgoing({ messageTtlMaxDays }: RouteSettings) {
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

export interface Outgoing {
  readonly channelId: string;
  readonly payload: string;
  readonly recipientKey?: string;
  readonly ttlSeconds?: number;
  readonly clientMessageId?: string;
}

/** Returns undefined for a sealed sender. An invalid token is an error even where none is needed. */
export function senderOf(request: FastifyRequest, sealedSender: boolean): Caller | undefined {
  const sealed = sealedSender && request.headers.authorization === undefined;
  return sealed ? undefined : callerOrThrow(request);
}

/** Finds the mailbox of a message. @throws Problem PAYLOAD_TOO_LARGE, CHANNEL_UNKNOWN, NOT_A_MEMBER, INVALID_REQUEST */
export async function arrivalOf(
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
    return { mailbox: ownMailbox(channel, named), ...content };
  }
  const mailbox = peerMailbox(channel, sender.identityKey);
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
