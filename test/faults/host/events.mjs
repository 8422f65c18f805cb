// The events that a host process puts to its plugins; those that set a fault off differ by a length.

export const trigger = 666;

const key = new Uint8Array(32).fill(1);
const channelId = new Uint8Array(16).fill(2);

export const message = (payloadLen, seq) => ({ senderIdentity: key, recipientKey: key, channelId, payloadLen, seq });

export const fetched = (messageCount) => ({ recipientKey: key, channelId, messageCount });

/** By hook, an event that sets off a fault in its observer. */
export const triggers = {
  onBatchEnqueue: () => [message(trigger, 1n)],
  onAuth: () => ({ username: 'somebody', success: false, failureReason: 'wrong password' }),
  onChannelCreated: () => ({ channelId, initiatorKey: key, peerKey: key, wasNew: true }),
  onFetch: () => fetched(trigger),
  onUserRegistered: () => ({ username: 'somebody', identityKey: key }),
};
