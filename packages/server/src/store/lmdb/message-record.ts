// The record of a message in the embedded store: its form, its times, its place in the mailbox, the payload.

import { invariant } from '@gatehouse/support/invariant';
import type { Message } from '../store.js';
import { checksumLength, seal, unsealed } from './checksum.js';
import { recordDamage } from './failure.js';
import { readNumber, writeNumber } from './whole-numbers.js';

// ┌──────────┬──────────────────┬───────────────────┬───────────────────┬────────────────────────────────┐
// │ form (1) │ storedAt (8, BE) │ expiresAt (8, BE) │ ordinal (8, BE) * │ revision (8, BE), if `revised` │
// └──────────┴──────────────────┴───────────────────┴───────────────────┴────────────────────────────────┘
// ┌────────────────────────┬───────────────────────────────────────────────────┬─────────┬────────────────────┐
// │ sender (32), if `known`│ length (4, BE) and names (JSON), if `unchecked`   │ payload │ checksum (4, BE) * │
// └────────────────────────┴───────────────────────────────────────────────────┴─────────┴────────────────────┘
//
// * if `sealed`, as all are that are written today. The form shows which optional parts are present. The names are those
// of `admittedWithout`. The ordinal counts the messages that the mailbox ever got, so that a missing one is noticed.
const known = 1;
const unchecked = 2;
const sealed = 4;
const revised = 8;
const formAt = 0;
const storedAtAt = 1;
const expiresAtAt = 9;
const headLength = 17;
const senderLength = 32;
const lengthLength = 4;
const numberLength = 8;

export interface StoredMessage extends Message {
  /** Absent in a message of the older form. */
  readonly ordinal?: number;
}

export function encodeMessage(key: Uint8Array, message: Message, ordinal: number): Buffer {
  const { payload, senderIdentity, storedAt, expiresAt, admittedWithout, revision } = message;
  invariant(senderIdentity === undefined || senderIdentity.length === senderLength, 'the key of a sender has 32 bytes');
  const names = admittedWithout === undefined ? undefined : Buffer.from(JSON.stringify(admittedWithout));
  const ordinalAt = headLength;
  const revisionAt = ordinalAt + numberLength;
  const senderAt = revisionAt + (revision === undefined ? 0 : numberLength);
  const lengthAt = senderAt + (senderIdentity === undefined ? 0 : senderLength);
  const payloadAt = lengthAt + (names === undefined ? 0 : lengthLength + names.length);
  const record = Buffer.allocUnsafe(payloadAt + payload.length + checksumLength);
  record[formAt] =
    sealed | (senderIdentity ? known : 0) | (names ? unchecked : 0) | (revision === undefined ? 0 : revised);
  writeNumber(record, storedAt, storedAtAt);
  writeNumber(record, expiresAt, expiresAtAt);
  writeNumber(record, ordinal, ordinalAt);
  if (revision !== undefined) writeNumber(record, revision, revisionAt);
  if (senderIdentity !== undefined) record.set(senderIdentity, senderAt);
  if (names !== undefined) {
    record.writeUInt32BE(names.length, lengthAt);
    record.set(names, lengthAt + lengthLength);
  }
  record.set(payload, payloadAt);
  return seal(key, record);
}

/** @throws StoreError when it is not the record of a message under this key */
export function decodeMessage(key: Uint8Array, record: Buffer): StoredMessage {
  const form = record[formAt] ?? -1;
  if (form < 0 || form > (known | unchecked | sealed | revised))
    throw recordDamage(`a message has the unknown form ${form}`);
  if (record.length < headLength) throw recordDamage(`a message of ${record.length} bytes, where its head has more`);
  let rest = (form & sealed ? unsealed(key, record, 'a message') : record).subarray(headLength);
  const take = (length: number) => {
    if (length > rest.length) throw recordDamage('a message is shorter than it says');
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
  const ordinal = form & sealed ? { ordinal: readNumber(take(numberLength)) } : undefined;
  const revision = form & revised ? { revision: readNumber(take(numberLength)) } : undefined;
  const sender = form & known ? { senderIdentity: take(senderLength) } : undefined;
  const names = form & unchecked ? { admittedWithout: namesIn(take(take(lengthLength).readUInt32BE())) } : undefined;
  const times = { storedAt: readNumber(record, storedAtAt), expiresAt: readNumber(record, expiresAtAt) };
  return { ...times, ...ordinal, ...revision, ...sender, ...names, payload: rest };
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
