// The route that opens the channel between two users.

import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { fromBase64url, sameBytes, toBase64url } from '../../wire/bytes.js';
import { Problem } from '../../wire/problems.js';
import { ChannelId, Exactly, IdentityKey } from '../../wire/schemas.js';
import { callerOrThrow } from '../caller.js';
import { clientRoute } from '../route.js';

export const openChannel = clientRoute({
  path: '/v1/channels',
  tag: 'channel',
  summary: 'The channel with a peer, made if there is none',
  auth: 'user',
  limit: 'perCaller',
  problems: ['CHANNEL_WITH_SELF', 'PEER_UNKNOWN', 'STORAGE_UNAVAILABLE', 'STORAGE_FULL'],
  schemas: () => ({
    body: Exactly({ peerKey: IdentityKey }),
    response: { 200: Exactly({ channelId: ChannelId, wasNew: Type.Boolean() }) },
  }),
  handler:
    ({ store, tell }) =>
    async (request) => {
      const initiatorKey = callerOrThrow(request).identityKey;
      const peerKey = fromBase64url(request.body.peerKey);
      if (sameBytes(initiatorKey, peerKey)) throw new Problem('CHANNEL_WITH_SELF');
      if (!(await store.hasIdentity(peerKey))) throw new Problem('PEER_UNKNOWN');
      const { channel, wasNew } = await store.openChannel(initiatorKey, peerKey, randomBytes(16));
      tell('onChannelCreated', { channelId: channel.id, initiatorKey, peerKey, wasNew });
      return { channelId: toBase64url(channel.id), wasNew };
    },
});
