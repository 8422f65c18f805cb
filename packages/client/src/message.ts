// Messages, on their way out and on their way in.

import { fromWire, toWire } from './bytes.js';

/** A message to send. */
export interface Outgoing {
  /** Encrypted end to end: to the server it is bytes. */
  readonly payload: Uint8Array;
  /** After so many seconds it need not be delivered any more. Default: what the server has. */
  readonly ttlSeconds?: number;
  /**
   * 1–64 of `A-Z a-z 0-9 _ -`. Messages with the same key are one message, which is stored once. Default: a random
   * one, which makes the retries of one call safe; give your own to make a call safe that your program repeats.
   */
  readonly idempotencyKey?: string;
}

/** A message of the own mailbox. */
export interface Message {
  /** Rises within a mailbox. */
  readonly seq: bigint;
  readonly payload: Uint8Array;
  /** The identity key of whoever sent it; absent when the sender is sealed. */
  readonly senderIdentity: string | undefined;
  readonly storedAt: Date;
}

export interface WireMessage {
  readonly seq: string;
  readonly payload: string;
  readonly senderIdentity?: string;
  readonly storedAt: string;
}

export function messageFrom({ seq, payload, senderIdentity, storedAt }: WireMessage): Message {
  return { seq: BigInt(seq), payload: fromWire(payload), senderIdentity, storedAt: new Date(storedAt) };
}

/** What the body of a request says of a message, beside its key. */
export function wireOf({ payload, ttlSeconds }: Outgoing): { readonly payload: string; readonly ttlSeconds?: number } {
  return { payload: toWire(payload), ...(ttlSeconds !== undefined && { ttlSeconds }) };
}

export function keyOf({ idempotencyKey }: Outgoing): string {
  return idempotencyKey ?? crypto.randomUUID();
}
