// How a message stands in the embedded store: a byte for the form, the time, the sender if known, the payload.

import type { Message } from './store.js';

// ┌──────────┬──────────────────┬────────────────────┬─────────┐
// │ form (1) │ storedAt (8, BE) │ sender (32, known) │ payload │
// └──────────┴──────────────────┴────────────────────┴─────────┘
const sealed = 0;
const known = 1;
const headLength = 9;
const senderLength = 32;

export function encodeMessage(message: Message): Buffer {
  const sender = message.senderIdentity;
  const payloadAt = headLength + (sender === undefined ? 0 : senderLength);
  const record = Buffer.allocUnsafe(payloadAt + message.payload.length);
  record[0] = sender === undefined ? sealed : known;
  record.writeBigUInt64BE(BigInt(message.storedAt), 1);
  if (sender !== undefined) record.set(sender, headLength);
  record.set(message.payload, payloadAt);
  return record;
}

export function decodeMessage(record: Buffer): Message {
  const storedAt = Number(record.readBigUInt64BE(1));
  if (record[0] === sealed) return { storedAt, payload: record.subarray(headLength) };
  if (record[0] !== known) throw new Error(`a stored message has the unknown form ${record[0]}`);
  const payloadAt = headLength + senderLength;
  return {
    storedAt,
    senderIdentity: record.subarray(headLength, payloadAt),
    payload: record.subarray(payloadAt),
  };
}
