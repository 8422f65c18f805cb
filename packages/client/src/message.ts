// Outgoing and incoming messages.

import { fromWire, toWire } from './bytes.js';

/** A message to send. */
export interface Outgoing {
  /** Encrypted end to end: opaque bytes for the server. */
  readonly payload: Uint8Array;
  /** Seconds after which it need not be delivered any more. Default: the server's. A whole number; a server keeps no message for ever. */
  readonly ttlSeconds?: number;
  /**
   * 1–64 of `A-Z a-z 0-9 _ -`. Messages with the same key are one message, which is stored once. Default: a random key,
   * which makes the retries of one call safe. Give your own if your program repeats the call.
   */
  readonly idempotencyKey?: string;
}

/** A message of the own mailbox. */
export interface Message {
  /** Rises within a mailbox. */
  readonly seq: bigint;
  readonly payload: Uint8Array;
  /** The identity key of the sender; absent when the sender is sealed. */
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

/** Returns the members of a request's body for a message, except for its key. @throws TypeError */
export function wireOf({ payload, ttlSeconds }: Outgoing): { readonly payload: string; readonly ttlSeconds?: number } {
  // As JSON, Infinity would be null, and the server would answer that it is no number.
  if (ttlSeconds !== undefined && !(Number.isSafeInteger(ttlSeconds) && ttlSeconds > 0)) {
    const expected = 'a whole number of seconds from 1 on, or none for the longest that the server keeps by default';
    throw new TypeError(`ttlSeconds: expected ${expected}, got ${ttlSeconds}`);
  }
  return { payload: toWire(payload), ...(ttlSeconds !== undefined && { ttlSeconds }) };
}

export function keyOf({ idempotencyKey }: Outgoing): string {
  return idempotencyKey ?? crypto.randomUUID();
}
