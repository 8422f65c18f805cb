// The route by which a message is sent.

import { Type } from 'typebox';
import { Exactly, IdempotencyKey, U64 } from '../../wire/schemas.js';
import { clientRoute } from '../route.js';
import { arrivalOf, messageProblems, outgoing, senderOf } from '../sending.js';

/** Bytes of a body besides the payload of its message. */
const envelopeBytes = 1_024;

export const enqueue = clientRoute({
  path: '/v1/enqueue',
  tag: 'message',
  summary: 'Sends a message; when it is answered, the message is on disk',
  auth: 'user or sealed sender',
  limit: 'perCaller',
  problems: messageProblems,
  bodyLimit: ({ maxPayloadBytes }) => Math.ceil((maxPayloadBytes * 4) / 3) + envelopeBytes,
  schemas: (settings) => ({
    headers: Type.Object({ 'idempotency-key': Type.Optional(IdempotencyKey) }),
    body: Exactly(outgoing(settings)),
    response: { 200: Exactly({ seq: U64 }) },
  }),
  handler: (context) => async (request) => {
    const sender = senderOf(request, context.settings.sealedSender);
    const clientMessageId = request.headers['idempotency-key'];
    const message = { ...request.body, ...(clientMessageId !== undefined && { clientMessageId }) };
    const { event } = await context.admission.admit(await arrivalOf(message, sender, context));
    return { seq: event.seq.toString() };
  },
});
