// Events for plugins in tests.

import type { AuthEvent, FetchEvent, MessageEvent } from '@gatehouse/plugin-api';

/** Returns a key of 32 bytes, or an id of 16, whose first bytes hold `number`. */
export function key(number: number, length = 32): Uint8Array {
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

/** Returns a message to the mailbox `recipient`. */
export function message(payloadLen = 1, recipient = 1, seq = 1n): MessageEvent {
  return { senderIdentity: key(9), recipientKey: key(recipient), channelId: key(7, 16), payloadLen, seq };
}

export function login(username: string, success = true): AuthEvent {
  return { username, success, failureReason: success ? '' : 'wrong password' };
}

export function fetched(messageCount: number, recipient = 1): FetchEvent {
  return { recipientKey: key(recipient), channelId: key(7, 16), messageCount };
}
