// The users and sessions of the embedded store.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, RootDatabase } from 'lmdb';
import { fromBase64url, toBase64url } from '../../wire/bytes.js';
import type { Session, User } from '../store.js';
import type { GroupCommit } from './group-commit.js';
import type { LmdbNames } from './names.js';
import { decodeJson, encodeJson, encodeText } from './text-record.js';
import type { Transaction } from './transaction.js';

type UserRecord = Omit<User, 'identityKey'> & { readonly identityKey: string };
type SessionRecord = Omit<Session, 'identityKey'> & { readonly identityKey: string };

/** Sessions checked in one turn of the event loop when the expired ones are removed. */
const sweptAtOnce = 1_000;
const mark = Buffer.of(1);
const lowest = Buffer.alloc(32, 0);
const highest = Buffer.alloc(32, 0xff);

export class LmdbAccounts {
  readonly #commits: GroupCommit;
  readonly #names: LmdbNames;
  readonly #users: Database<Buffer, string>;
  /** Identity key → username. */
  readonly #identities: Database<Buffer, Buffer>;
  readonly #sessions: Database<Buffer, Buffer>;
  /** Identity key, token hash → a mark: the sessions of a user. */
  readonly #sessionsOf: Database<Buffer, Buffer>;

  constructor(root: RootDatabase, commits: GroupCommit, names: LmdbNames) {
    this.#commits = commits;
    this.#names = names;
    this.#users = openUsers(root);
    this.#identities = root.openDB('identities', { encoding: 'binary', keyEncoding: 'binary' });
    this.#sessions = root.openDB('sessions', { encoding: 'binary', keyEncoding: 'binary' });
    this.#sessionsOf = root.openDB('sessions-of', { encoding: 'binary', keyEncoding: 'binary' });
  }

  addUser(user: User): Promise<'added' | 'username-taken' | 'identity-taken'> {
    const key = Buffer.from(user.identityKey);
    return this.#commits.write((transaction) => {
      if (transaction.get(this.#users, user.username) !== undefined) return 'username-taken';
      if (this.#names.isTaken(transaction, user.username)) return 'username-taken';
      if (transaction.get(this.#identities, key) !== undefined) return 'identity-taken';
      transaction.put(this.#identities, key, encodeText(key, user.username));
      this.#names.put(transaction, user.username);
      transaction.put(this.#users, user.username, encodeUser({ ...user, identityKey: toBase64url(key) }));
      return 'added';
    });
  }

  user(username: string): User | undefined {
    const exact = this.#exactly(username);
    if (exact !== undefined) return exact;
    const owner = this.#names.ownerOf(username);
    return owner === undefined ? undefined : this.#exactly(owner);
  }

  #exactly(username: string): User | undefined {
    const record = this.#users.get(username);
    return record && withKey(decodeUser(username, record));
  }

  hasIdentity(identityKey: Uint8Array): boolean {
    return this.#identities.doesExist(Buffer.from(identityKey));
  }

  addSession(tokenHash: Uint8Array, session: Session, most?: number): Promise<readonly Uint8Array[]> {
    const key = Buffer.from(tokenHash);
    const record = encodeJson(key, { ...session, identityKey: toBase64url(session.identityKey) });
    return this.#commits.write((transaction) => {
      const ended = most === undefined ? [] : this.#beyond(transaction, session.identityKey, key, most - 1);
      for (const one of ended) this.#remove(transaction, one, session.identityKey);
      transaction.put(this.#sessions, key, record);
      transaction.put(this.#sessionsOf, ofUser(session.identityKey, tokenHash), mark);
      return ended;
    });
  }

  /** Returns the sessions of a user beside one, but for the `most` that expire last. */
  #beyond(transaction: Transaction, identityKey: Uint8Array, beside: Buffer, most: number): readonly Buffer[] {
    const others = this.#hashesOf(identityKey).filter((hash) => !hash.equals(beside));
    // Those of the same transaction are not on disk yet: many logins of a moment may leave some more.
    if (others.length <= most) return [];
    const found = others.flatMap((hash) => {
      const record = transaction.get(this.#sessions, hash);
      return record === undefined ? [] : [{ hash, expiresAt: decodeSession(hash, record).expiresAt }];
    });
    found.sort((one, other) => one.expiresAt - other.expiresAt);
    return found.slice(0, Math.max(0, found.length - most)).map(({ hash }) => hash);
  }

  #hashesOf(identityKey: Uint8Array): readonly Buffer[] {
    const all = { start: ofUser(identityKey, lowest), end: ofUser(identityKey, highest), inclusiveEnd: true };
    return [...this.#sessionsOf.getKeys(all)].map((key) => key.subarray(identityKey.length));
  }

  #remove(transaction: Transaction, hash: Buffer, identityKey: Uint8Array): void {
    transaction.remove(this.#sessions, hash);
    transaction.remove(this.#sessionsOf, ofUser(identityKey, hash));
  }

  session(tokenHash: Uint8Array): Session | undefined {
    const key = Buffer.from(tokenHash);
    const record = this.#sessions.get(key);
    return record && withKey(decodeSession(key, record));
  }

  async renewSession(tokenHash: Uint8Array, expiresAt: number): Promise<void> {
    const key = Buffer.from(tokenHash);
    await this.#commits.write((transaction) => {
      const record = transaction.get(this.#sessions, key);
      if (record) transaction.put(this.#sessions, key, encodeJson(key, { ...decodeSession(key, record), expiresAt }));
    });
  }

  async removeSession(tokenHash: Uint8Array): Promise<void> {
    await this.#removeSessionsIf([Buffer.from(tokenHash)], () => true);
  }

  async removeSessionsOf(identityKey: Uint8Array): Promise<number> {
    return this.#removeSessionsIf(this.#hashesOf(identityKey), () => true);
  }

  async removeSessionsExpiredBy(time: number): Promise<number> {
    let removed = 0;
    let seen: Buffer | undefined;
    for (;;) {
      const start = seen && { start: seen, exclusiveStart: true };
      const slice = [...this.#sessions.getRange({ ...start, limit: sweptAtOnce })];
      const isExpired = ({ expiresAt }: SessionRecord) => expiresAt <= time;
      const expired = slice.filter(({ key, value }) => isExpired(decodeSession(key, value))).map(({ key }) => key);
      if (expired.length > 0) removed += await this.#removeSessionsIf(expired, isExpired);
      seen = slice.at(-1)?.key;
      if (seen === undefined) return removed;
      await nextTurn();
    }
  }

  /** Checks each session again before removing it, because it may have been renewed in the meantime. */
  #removeSessionsIf(keys: readonly Buffer[], applies: (record: SessionRecord) => boolean): Promise<number> {
    return this.#commits.write((transaction) => {
      let removed = 0;
      for (const key of keys) {
        const found = transaction.get(this.#sessions, key);
        const record = found && decodeSession(key, found);
        if (!record || !applies(record)) continue;
        this.#remove(transaction, key, fromBase64url(record.identityKey));
        removed += 1;
      }
      return removed;
    });
  }
}

export function openUsers(root: RootDatabase): Database<Buffer, string> {
  return root.openDB('users', { encoding: 'binary' });
}

function ofUser(identityKey: Uint8Array, tokenHash: Uint8Array): Buffer {
  return Buffer.concat([identityKey, tokenHash]);
}

function withKey<R extends { readonly identityKey: string }>(record: R) {
  return { ...record, identityKey: fromBase64url(record.identityKey) };
}

function encodeUser(user: UserRecord): Buffer {
  return encodeJson(Buffer.from(user.username), user);
}

/** @throws StoreError when it is not the record of this user */
export function decodeUser(username: string, record: Buffer): UserRecord {
  return decodeJson(Buffer.from(username), record, 'a user') as UserRecord;
}

/** @throws StoreError when it is not the record of the session with this key */
export function decodeSession(key: Buffer, record: Buffer): SessionRecord {
  return decodeJson(key, record, 'a session') as SessionRecord;
}
