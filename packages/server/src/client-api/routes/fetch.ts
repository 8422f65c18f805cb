// The route by which a user reads its own mailbox.

import { Exactly } from '../../wire/schemas.js';
import { callerOrThrow } from '../caller.js';
import { Fetched, fetched, range, readerOf } from '../reading.js';
import { clientRoute } from '../route.js';

export const fetchMessages = clientRoute({
  path: '/v1/fetch',
  tag: 'message',
  summary: 'Messages of the own mailbox, in order; they stay until acknowledged',
  auth: 'user',
  limit: 'perCaller',
  problems: ['CHANNEL_UNKNOWN', 'NOT_A_MEMBER', 'STORAGE_UNAVAILABLE'],
  schemas: () => ({ body: Exactly(range), response: { 200: Fetched } }),
  handler: (context) => async (request) => {
    const { mailbox, read } = await readerOf(callerOrThrow(request).identityKey, request.body, context);
    return fetched(mailbox, await read(), context);
  },
});
