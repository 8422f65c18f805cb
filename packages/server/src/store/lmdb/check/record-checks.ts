// What the records of each database look like, besides those of mailboxes and messages: a record that does not look so
// is damaged. Two databases that hold the same pairs, one by each side, are compared.

import { createHash } from 'node:crypto';
import { fromBase64url } from '../../../wire/bytes.js';
import { StoreError } from '../../store-error.js';
import { decodeSession, decodeUser } from '../accounts.js';
import { decodeOpenings, decodePart } from '../channels.js';
import { ownerIn } from '../names.js';
import { isKeyList } from '../receipt-expiries.js';
import { decodeReceipt } from '../receipts.js';
import { decodeText } from '../text-record.js';
import type { Entry } from './tree.js';

interface RecordCheck {
  readonly isSound: (key: Buffer, value: Buffer) => boolean;
  /** Its keys begin with those of mailboxes, so that damage of it concerns some mailboxes only. */
  readonly isByMailbox?: true;
  /** What the entry says, so that another database has an entry that says the same. */
  readonly says?: (key: Buffer, value: Buffer) => readonly Buffer[];
}

const identityLength = 32;
const tokenLength = 32;
const idLength = 16;
const pairLength = 2 * identityLength;
const timeLength = 8;
const receiptLength = 16;
const messageKeyLength = 56;
const mailboxKeyLength = 48;
const versionLength = 8;

const isMark = (value: Buffer) => value.length === 1 && value[0] === 1;

export const recordChecks: Readonly<Record<string, RecordCheck>> = {
  users: {
    isSound: (key, value) => {
      const user = decoded(() => decodeUser(`${key}`, value));
      return user?.username === `${key}` && isIdentity(user.identityKey) && typeof user.registrationRecord === 'string';
    },
    says: (key, value) => [key, fromBase64url(decodeUser(`${key}`, value).identityKey) as Buffer],
  },
  identities: {
    isSound: (key, value) => key.length === identityLength && (decoded(() => usernameIn(key, value)) ?? '') !== '',
    says: (key, value) => [Buffer.from(usernameIn(key, value)), key],
  },
  names: { isSound: (key, value) => decoded(() => ownerIn(key, value)) !== undefined },
  sessions: {
    isSound: (key, value) => {
      const session = decoded(() => decodeSession(key, value));
      return key.length === tokenLength && isIdentity(session?.identityKey) && Number.isFinite(session?.expiresAt);
    },
  },
  'sessions-of': { isSound: (key, value) => key.length === identityLength + tokenLength && isMark(value) },
  channels: {
    isSound: (key, value) => key.length === idLength && decoded(() => decodePart(key, value, pairLength)) !== undefined,
    says: (key, value) => [key, decodePart(key, value, pairLength)],
  },
  pairs: {
    isSound: (key, value) => key.length === pairLength && decoded(() => decodePart(key, value, idLength)) !== undefined,
    says: (key, value) => [decodePart(key, value, idLength), key],
  },
  openings: {
    isSound: (key, value) =>
      key.length === identityLength && Number.isSafeInteger(decoded(() => decodeOpenings(key, value))?.all),
  },
  expiries: { isSound: (key, value) => key.length === timeLength + messageKeyLength && isMark(value) },
  receipts: { isSound: (key, value) => key.length > 0 && value.length > receiptLength },
  'receipt-expiries': { isSound: (key, value) => key.length > timeLength && isMark(value) },
  retries: { isSound: (key, value) => decoded(() => decodeReceipt(key, value)) !== undefined, isByMailbox: true },
  'retry-expiries': { isSound: (key, value) => key.length > timeLength && isKeyList(value) },
  removals: { isSound: (key, value) => key.length === mailboxKeyLength && isMark(value), isByMailbox: true },
  admitted: {
    isSound: (key, value) => key.length === messageKeyLength && Array.isArray(valueIn(value)),
    isByMailbox: true,
  },
  term: { isSound: (_, value) => typeof valueIn(value.subarray(versionLength)) === 'object' },
  about: { isSound: (_, value) => typeof valueIn(value) === 'number' },
};

/** Databases that hold the same pairs. */
export const counterparts = [
  ['users', 'identities'],
  ['channels', 'pairs'],
] as const;

/** A digest of all that a database says, in whatever order. */
export class Sayings {
  readonly #sum = new BigUint64Array(1);

  add(parts: readonly Buffer[]): void {
    const hash = createHash('sha1');
    for (const part of parts) hash.update(`${part.length} `).update(part);
    this.#sum[0]! += hash.digest().readBigUInt64LE();
  }

  equals(other: Sayings): boolean {
    return this.#sum[0] === other.#sum[0];
  }
}

/** Returns false for an entry that is damaged. */
export function checkRecord({ isSound, says }: RecordCheck, { key, value }: Entry, sayings: Sayings): boolean {
  if (value === undefined || !isSound(key, value)) return false;
  if (says !== undefined) sayings.add(says(key, value));
  return true;
}

function isIdentity(text: unknown): boolean {
  return typeof text === 'string' && fromBase64url(text).length === identityLength;
}

function usernameIn(key: Buffer, value: Buffer): string {
  return decodeText(key, value, 'an identity');
}

/** Returns undefined for a damaged record. */
function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

/** Returns undefined for what is no JSON. */
function valueIn(value: Buffer): unknown {
  try {
    return JSON.parse(`${value}`);
  } catch {
    return undefined;
  }
}
