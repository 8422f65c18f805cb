// The events that a host process puts to its plugins; those that set a fault off name it as their channel.

import { channelOf, misbehave } from '../../plugins/trigger.mjs';

const key = new Uint8Array(32).fill(1);
const peaceful = new Uint8Array(16).fill(2);

export function message(payloadLen, seq, channelId = peaceful) {
  return { senderIdentity: key, recipientKey: key, channelId, payloadLen, seq };
}

export const fetched = (messageCount, channelId = peaceful) => ({ recipientKey: key, channelId, messageCount });

/** The message that sets off a fault. */
export const provocation = (deed, seq) => message(1, seq, channelOf(deed));

const channelId = channelOf(misbehave);

/** By hook, an event that sets off a fault in its observer. */
export const provocations = {
  onBatchEnqueue: () => [message(1, 1n, channelId)],
  onAuth: () => ({ username: misbehave, success: false, failureReason: 'wrong password' }),
  onChannelCreated: () => ({ channelId, initiatorKey: key, peerKey: key, wasNew: true }),
  onFetch: () => fetched(1, channelId),
  onUserRegistered: () => ({ username: misbehave, identityKey: key }),
};
