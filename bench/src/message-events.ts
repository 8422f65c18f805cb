// Events to measure with: all different, so that nothing is measured that only works for one and the same message.

import { randomFillSync } from 'node:crypto';
import type { FetchEvent, MessageEvent } from '@gatehouse/plugin-api';

const bytes = (length: number) => randomFillSync(new Uint8Array(length));

export function messageEvents(count: number): MessageEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    senderIdentity: bytes(32),
    recipientKey: bytes(32),
    channelId: bytes(16),
    payloadLen: 1000 + i,
    seq: BigInt(i + 1),
  }));
}

export function fetchEvents(count: number): FetchEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    recipientKey: bytes(32),
    channelId: bytes(16),
    messageCount: i,
  }));
}
