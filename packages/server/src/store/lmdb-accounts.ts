// The users and sessions of the embedded store.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, RootDatabase } from 'lmdb';
import { fromBase64url, sameBytes, toBase64url } from '../wire/bytes.js';
import type { Session, User } from './store.js';

type UserRecord = Omit<User, 'identityKey'> & { readonly identityKey: string };
type SessionRecord = Omit<Session, 'identityKey'> & { readonly identityKey: string };

/** Sessions looked at in one turn of the event loop when the expired ones are removed. */
const sweptAtOnce = 1_000;

export class LmdbAccounts {
  readonly #users: Database<UserRecord, string>;
  /** Which username an identity key belongs to. */
  readonly #identities: Database<string, Buffer>;
  readonly #sessions: Database<SessionRecord, Buffer>;

  constructor(root: RootDatabase) {
    this.#users = root.openDB('users', { encoding: 'json' });
    this.#identities = root.openDB('identities', { encoding: 'string', keyEncoding: 'binary' });
    this.#sessions = root.openDB('sessions', { encoding: 'json', keyEncoding: 'binary' });
  }

  async addUser(user: User): Promise<'added' | 'username-taken' | 'identity-taken'> {
    const key = Buffer.from(user.identityKey);
    const nameWasFree = await this.#users.ifNoExists(user.username, () => {
      this.#identities.ifNoExists(key, () => {
        this.#identities.put(key, user.username);
        this.#users.put(user.username, { ...user, identityKey: toBase64url(key) });
      });
    });
    if (!nameWasFree) return 'username-taken';
    // The inner condition does not say how it went; what stands there now does.
    const holder = this.user(user.username);
    const isOurs = holder !== undefined && sameBytes(holder.identityKey, key);
    return isOurs ? 'added' : 'identity-taken';
  }

  user(username: string): User | undefined {
    return withKey(this.#users.get(username));
  }

  hasIdentity(identityKey: Uint8Array): boolean {
    return this.#identities.doesExist(Buffer.from(identityKey));
  }

  async addSession(tokenHash: Uint8Array, session: Session): Promise<void> {
    const record = { ...session, identityKey: toBase64url(session.identityKey) };
    await this.#sessions.put(Buffer.from(tokenHash), record);
  }

  session(tokenHash: Uint8Array): Session | undefined {
    return withKey(this.#sessions.get(Buffer.from(tokenHash)));
  }

  async removeSession(tokenHash: Uint8Array): Promise<void> {
    await this.#sessions.remove(Buffer.from(tokenHash));
  }

  async removeSessionsExpiredBy(time: number): Promise<number> {
    let removed = 0;
    let seen: Buffer | undefined;
    for (;;) {
      const start = seen && { start: seen, exclusiveStart: true };
      const slice = [...this.#sessions.getRange({ ...start, limit: sweptAtOnce })];
      const expired = slice.filter(({ value }) => value.expiresAt <= time);
      await Promise.all(expired.map(({ key }) => this.#sessions.remove(key)));
      removed += expired.length;
      seen = slice.at(-1)?.key;
      if (seen === undefined) return removed;
      await nextTurn();
    }
  }
}

function withKey<R extends { readonly identityKey: string }>(record: R | undefined) {
  return record && { ...record, identityKey: fromBase64url(record.identityKey) };
}
