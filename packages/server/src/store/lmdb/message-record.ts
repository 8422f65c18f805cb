// The record of a message in the embedded store: its form, its times, the sender if known, the payload.

import { invariant } from '@gatehouse/support/invariant';
import type { Message } from '../store.js';
import { recordDamage } from './failure.js';

// ┌──────────┬──────────────────┬───────────────────┬────────────────────┬──────────────────────────────────────┬─────────┐
// │ form (1) │ storedAt (8, BE) │ expiresAt (8, BE) │ sender (32, known) │ length (4, BE) and names (unchecked) │ payload │
// └──────────┴──────────────────┴───────────────────┴────────────────────┴──────────────────────────────────────┴─────────┘
//
// The form shows which optional parts are present. The names are those of `admittedWithout`, as JSON.
const known = 1;
const unchecked = 2;
const formAt = 0;
const storedAtAt = 1;
const expiresAtAt = 9;
const headLength = 17;
const senderLength = 32;
const lengthLength = 4;

export function encodeMessage({ payload, senderIdentity, storedAt, expiresAt, admittedWithout }: Message): Buffer {
  invariant(senderIdentity === undefined || senderIdentity.length === senderLength, 'the key of a sender has 32 bytes');
  const names = admittedWithout === undefined ? undefined : Buffer.from(JSON.stringify(admittedWithout));
  const senderAt = headLength;
  const lengthAt = senderAt + (senderIdentity === undefined ? 0 : senderLength);
  const payloadAt = lengthAt + (names === undefined ? 0 : lengthLength + names.length);
  const record = Buffer.allocUnsafe(payloadAt + payload.length);
  record[formAt] = (senderIdentity === undefined ? 0 : known) | (names === undefined ? 0 : unchecked);
  record.writeBigUInt64BE(BigInt(storedAt), storedAtAt);
  record.writeBigUInt64BE(BigInt(expiresAt), expiresAtAt);
  if (senderIdentity !== undefined) record.set(senderIdentity, senderAt);
  if (names !== undefined) {
    record.writeUInt32BE(names.length, lengthAt);
    record.set(names, lengthAt + lengthLength);
  }
  record.set(payload, payloadAt);
  return record;
}

/** @throws StoreError when it is not such a record */
export function decodeMessage(record: Buffer): Message {
  const form = record[formAt] ?? -1;
  if (form < 0 || form > (known | unchecked)) throw recordDamage(`a message has the unknown form ${form}`);
  if (record.length < headLength) throw recordDamage(`a message of ${record.length} bytes, where its head has more`);
  const storedAt = Number(record.readBigUInt64BE(storedAtAt));
  const expiresAt = Number(record.readBigUInt64BE(expiresAtAt));
  let rest = record.subarray(headLength);
  const take = (length: number) => {
    if (length > rest.length) throw recordDamage('a message is shorter than it says');
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
  const sender = form & known ? { senderIdentity: take(senderLength) } : undefined;
  const names = form & unchecked ? { admittedWithout: namesIn(take(take(lengthLength).readUInt32BE())) } : undefined;
  return { storedAt, expiresAt, ...sender, ...names, payload: rest };
}

function namesIn(json: Buffer): readonly string[] {
  try {
    const names: unknown = JSON.parse(`${json}`);
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  } catch {
    // Reported below.
  }
  throw recordDamage('the names of a message are none');
}
