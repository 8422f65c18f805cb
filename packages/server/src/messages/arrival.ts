// A message on its way into a mailbox, with whoever waits for its answer.

import type { MessageEvent } from '@gatehouse/plugin-api';
import type { Mailbox } from '../store/store.js';
import { type RetryId, retryIdOf } from './retries.js';

/** A message on its way in. */
export interface Arrival {
  readonly mailbox: Mailbox;
  /** Absent when the sender is sealed. */
  readonly senderIdentity?: Uint8Array;
  readonly payload: Uint8Array;
  /** With the same key, the same message is stored once. */
  readonly idempotencyKey?: string;
  /** After which it expires; absent: the default. */
  readonly ttlSeconds?: number;
}

/** A message that is on disk. */
export interface Admitted {
  readonly event: MessageEvent;
  /** It was there already. */
  readonly isRepeated: boolean;
}

/** An arrival whose sender waits for an answer. */
export interface Pending {
  readonly arrival: Arrival;
  readonly retry: RetryId | undefined;
  readonly admitted: Promise<Admitted>;
  readonly resolve: (event: MessageEvent) => void;
  readonly repeat: (seq: bigint) => void;
  readonly reject: (reason: unknown) => void;
}

/** The promise in it resolves once the message is on disk. */
export function pendingOf(arrival: Arrival): Pending {
  const { idempotencyKey, senderIdentity, mailbox, payload } = arrival;
  let answers = {} as Pick<Pending, 'resolve' | 'repeat' | 'reject'>;
  const admitted = new Promise<Admitted>((resolve, reject) => {
    answers = {
      resolve: (event) => resolve({ event, isRepeated: false }),
      repeat: (seq) => resolve({ event: eventOf(arrival, seq), isRepeated: true }),
      reject,
    };
  });
  const retry = idempotencyKey === undefined ? undefined : retryIdOf(idempotencyKey, senderIdentity, mailbox, payload);
  return { arrival, retry, admitted, ...answers };
}

export function eventOf({ mailbox, senderIdentity, payload }: Arrival, seq: bigint): MessageEvent {
  return {
    ...(senderIdentity && { senderIdentity }),
    recipientKey: mailbox.recipientKey,
    channelId: mailbox.channelId,
    payloadLen: payload.length,
    seq,
  };
}
