// The route by which a user acknowledges the messages that it has received.

import { Type } from 'typebox';
import { fromBase64url } from '../../wire/bytes.js';
import { ChannelId, Exactly, U63 } from '../../wire/schemas.js';
import { callerOrThrow } from '../caller.js';
import { channelOrThrow, ownMailbox } from '../membership.js';
import { clientRoute } from '../route.js';

export const ack = clientRoute({
  path: '/v1/ack',
  tag: 'message',
  summary: 'Removes the messages of the own mailbox up to and with a number',
  auth: 'user',
  limit: 'perCaller',
  problems: ['CHANNEL_UNKNOWN', 'NOT_A_MEMBER', 'STORAGE_UNAVAILABLE', 'STORAGE_FULL'],
  schemas: () => ({
    body: Exactly({ channelId: ChannelId, upTo: U63 }),
    response: { 200: Exactly({ removed: Type.Integer({ examples: [3] }) }) },
  }),
  handler:
    ({ store }) =>
    async (request) => {
      const channel = await channelOrThrow(store, fromBase64url(request.body.channelId));
      const mailbox = ownMailbox(channel, callerOrThrow(request).identityKey);
      return { removed: await store.acknowledge(mailbox, BigInt(request.body.upTo)) };
    },
});
