// The route by which two users get the channel between them.

import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { fromBase64url, sameBytes, toBase64url } from '../../wire/bytes.js';
import { Problem } from '../../wire/problems.js';
import { bearer, ChannelId, Exactly, IdentityKey } from '../../wire/schemas.js';
import { callerOrThrow, requireCaller } from '../caller.js';
import type { App, RouteContext } from '../context.js';

export function channelRoutes(app: App, { store, tell, limits }: RouteContext): void {
  app.post(
    '/channels',
    {
      onRequest: [limits.perCaller, requireCaller],
      config: { problems: ['CHANNEL_WITH_SELF', 'PEER_UNKNOWN', 'STORAGE_UNAVAILABLE', 'STORAGE_FULL'] },
      schema: {
        tags: ['channel'],
        summary: 'The channel with a peer, made if there is none',
        security: bearer,
        body: Exactly({ peerKey: IdentityKey }),
        response: { 200: Exactly({ channelId: ChannelId, wasNew: Type.Boolean() }) },
      },
    },
    async (request) => {
      const initiatorKey = callerOrThrow(request).identityKey;
      const peerKey = fromBase64url(request.body.peerKey);
      if (sameBytes(initiatorKey, peerKey)) throw new Problem('CHANNEL_WITH_SELF');
      if (!(await store.hasIdentity(peerKey))) throw new Problem('PEER_UNKNOWN');
      const { channel, wasNew } = await store.openChannel(initiatorKey, peerKey, randomBytes(16));
      tell('onChannelCreated', { channelId: channel.id, initiatorKey, peerKey, wasNew });
      return { channelId: toBase64url(channel.id), wasNew };
    },
  );
}
