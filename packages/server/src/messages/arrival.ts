// A message on its way into a mailbox, and the sender that waits for its answer.

import type { MessageEvent } from '@gatehouse/plugin-api';
import type { Mailbox } from '../store/store.js';
import { type RetryId, retryIdOf } from './retries.js';

/** A message on its way in. */
export interface Arrival {
  readonly mailbox: Mailbox;
  /** Absent when the sender is sealed. */
  readonly senderIdentity?: Uint8Array;
  readonly payload: Uint8Array;
  /** Messages with the same key are stored once. */
  readonly idempotencyKey?: string;
  /** Seconds after which it expires; absent: the default. */
  readonly ttlSeconds?: number;
}

/** A message that is on disk. */
export interface Admitted {
  readonly event: MessageEvent;
  /** True if it was already stored before. */
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
  /** Returns how often it was answered: exactly once in the end. */
  readonly answers: () => number;
}

/** Creates a pending arrival whose promise resolves once the message is on disk. */
export function pendingOf(arrival: Arrival): Pending {
  const { idempotencyKey, senderIdentity, mailbox, payload } = arrival;
  let given = 0;
  let answers = {} as Omit<Pending, 'arrival' | 'retry' | 'admitted'>;
  const admitted = new Promise<Admitted>((resolve, reject) => {
    const answer = (give: () => void) => {
      given += 1;
      give();
    };
    answers = {
      resolve: (event) => answer(() => resolve({ event, isRepeated: false })),
      repeat: (seq) => answer(() => resolve({ event: eventOf(arrival, seq), isRepeated: true })),
      reject: (reason) => answer(() => reject(reason)),
      answers: () => given,
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
