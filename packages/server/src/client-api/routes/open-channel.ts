// The route that opens the channel between two users.

import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import type { ChannelQuota, RefusedChannel } from '../../store/store.js';
import { fromBase64url, sameBytes, toBase64url } from '../../wire/bytes.js';
import { Problem } from '../../wire/problems.js';
import { ChannelId, Exactly, IdentityKey } from '../../wire/schemas.js';
import { callerOrThrow } from '../caller.js';
import type { RouteSettings } from '../context.js';
import { clientRoute } from '../route.js';

export const openChannel = clientRoute({
  path: '/v1/channels',
  tag: 'channel',
  summary: 'The channel with a peer, made if there is none',
  auth: 'user',
  limit: 'perCaller',
  problems: [
    'CHANNEL_WITH_SELF',
    'PEER_UNKNOWN',
    'TOO_MANY_CHANNELS',
    'TOO_MANY_NEW_CHANNELS',
    'STORAGE_UNAVAILABLE',
    'STORAGE_FULL',
  ],
  schemas: () => ({
    body: Exactly({ peerKey: IdentityKey }),
    response: { 200: Exactly({ channelId: ChannelId, wasNew: Type.Boolean() }) },
  }),
  handler:
    ({ store, settings, tell }) =>
    async (request) => {
      const initiatorKey = callerOrThrow(request).identityKey;
      const peerKey = fromBase64url(request.body.peerKey);
      if (sameBytes(initiatorKey, peerKey)) throw new Problem('CHANNEL_WITH_SELF');
      if (!(await store.hasIdentity(peerKey))) throw new Problem('PEER_UNKNOWN');
      const opened = await store.openChannel(initiatorKey, peerKey, randomBytes(16), quotaOf(settings));
      if ('refusedBy' in opened) throw refusal(opened);
      const { channel, wasNew } = opened;
      tell('onChannelCreated', { channelId: channel.id, initiatorKey, peerKey, wasNew });
      return { channelId: toBase64url(channel.id), wasNew };
    },
});

function quotaOf({ channelsPerAccount, newChannelsPerDay }: RouteSettings): ChannelQuota {
  return {
    ...(channelsPerAccount > 0 && { total: channelsPerAccount }),
    ...(newChannelsPerDay > 0 && { perDay: newChannelsPerDay }),
  };
}

function refusal(refused: RefusedChannel): Problem {
  if (refused.refusedBy === 'total') return new Problem('TOO_MANY_CHANNELS');
  return new Problem('TOO_MANY_NEW_CHANNELS', { retryAfter: Math.ceil(refused.retryAfterMs / 1_000) });
}
