// The users and sessions of the embedded store.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, RootDatabase } from 'lmdb';
import { fromBase64url, toBase64url } from '../../wire/bytes.js';
import type { Session, User } from '../store.js';
import type { GroupCommit } from './group-commit.js';

type UserRecord = Omit<User, 'identityKey'> & { readonly identityKey: string };
type SessionRecord = Omit<Session, 'identityKey'> & { readonly identityKey: string };

/** Sessions checked in one turn of the event loop when the expired ones are removed. */
const sweptAtOnce = 1_000;
const mark = Buffer.of(1);
const lowest = Buffer.alloc(32, 0);
const highest = Buffer.alloc(32, 0xff);

export class LmdbAccounts {
  readonly #commits: GroupCommit;
  readonly #users: Database<UserRecord, string>;
  /** Identity key → username. */
  readonly #identities: Database<string, Buffer>;
  readonly #sessions: Database<SessionRecord, Buffer>;
  /** Identity key, token hash → a mark: the sessions of a user. */
  readonly #sessionsOf: Database<Buffer, Buffer>;

  constructor(root: RootDatabase, commits: GroupCommit) {
    this.#commits = commits;
    this.#users = root.openDB('users', { encoding: 'json' });
    this.#identities = root.openDB('identities', { encoding: 'string', keyEncoding: 'binary' });
    this.#sessions = root.openDB('sessions', { encoding: 'json', keyEncoding: 'binary' });
    this.#sessionsOf = root.openDB('sessions-of', { encoding: 'binary', keyEncoding: 'binary' });
  }

  addUser(user: User): Promise<'added' | 'username-taken' | 'identity-taken'> {
    const key = Buffer.from(user.identityKey);
    return this.#commits.write((transaction) => {
      if (transaction.get(this.#users, user.username) !== undefined) return 'username-taken';
      if (transaction.get(this.#identities, key) !== undefined) return 'identity-taken';
      transaction.put(this.#identities, key, user.username);
      transaction.put(this.#users, user.username, { ...user, identityKey: toBase64url(key) });
      return 'added';
    });
  }

  user(username: string): User | undefined {
    return withKey(this.#users.get(username));
  }

  hasIdentity(identityKey: Uint8Array): boolean {
    return this.#identities.doesExist(Buffer.from(identityKey));
  }

  async addSession(tokenHash: Uint8Array, session: Session): Promise<void> {
    const record = { ...session, identityKey: toBase64url(session.identityKey) };
    await this.#commits.write((transaction) => {
      transaction.put(this.#sessions, Buffer.from(tokenHash), record);
      transaction.put(this.#sessionsOf, ofUser(session.identityKey, tokenHash), mark);
    });
  }

  session(tokenHash: Uint8Array): Session | undefined {
    return withKey(this.#sessions.get(Buffer.from(tokenHash)));
  }

  async renewSession(tokenHash: Uint8Array, expiresAt: number): Promise<void> {
    const key = Buffer.from(tokenHash);
    await this.#commits.write((transaction) => {
      const record = transaction.get(this.#sessions, key);
      if (record) transaction.put(this.#sessions, key, { ...record, expiresAt });
    });
  }

  async removeSession(tokenHash: Uint8Array): Promise<void> {
    await this.#removeSessionsIf([Buffer.from(tokenHash)], () => true);
  }

  async removeSessionsOf(identityKey: Uint8Array): Promise<number> {
    const all = { start: ofUser(identityKey, lowest), end: ofUser(identityKey, highest), inclusiveEnd: true };
    const keys = [...this.#sessionsOf.getKeys(all)].map((key) => key.subarray(identityKey.length));
    return this.#removeSessionsIf(keys, () => true);
  }

  async removeSessionsExpiredBy(time: number): Promise<number> {
    let removed = 0;
    let seen: Buffer | undefined;
    for (;;) {
      const start = seen && { start: seen, exclusiveStart: true };
      const slice = [...this.#sessions.getRange({ ...start, limit: sweptAtOnce })];
      const isExpired = ({ expiresAt }: SessionRecord) => expiresAt <= time;
      const expired = slice.filter(({ value }) => isExpired(value)).map(({ key }) => key);
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
        const record = transaction.get(this.#sessions, key);
        if (!record || !applies(record)) continue;
        transaction.remove(this.#sessions, key);
        transaction.remove(this.#sessionsOf, ofUser(fromBase64url(record.identityKey), key));
        removed += 1;
      }
      return removed;
    });
  }
}

function ofUser(identityKey: Uint8Array, tokenHash: Uint8Array): Buffer {
  return Buffer.concat([identityKey, tokenHash]);
}

function withKey<R extends { readonly identityKey: string }>(record: R | undefined) {
  return record && { ...record, identityKey: fromBase64url(record.identityKey) };
}
