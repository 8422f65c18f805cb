// Sessions: opened by a login, renewed while they are used, ended by their users or by time.

import type { BaseLogger } from 'pino';
import type { Session, Store, User } from '../store/store.js';
import type { StoreError } from '../store/store-error.js';
import { sameBytes, toBase64url } from '../wire/bytes.js';
import { createToken, tokenHash, tokenOf } from './session-token.js';

/** The user that a valid session token stands for. */
export interface Caller {
  readonly username: string;
  readonly identityKey: Uint8Array;
  readonly tokenHash: Uint8Array;
  /** Number of session endings before the token was checked. */
  readonly checkedAt: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface SessionSettings {
  /** Time for which an unused token is valid. */
  readonly sessionHours: number;
  /** Longest time for which a token is valid, however much it is used. */
  readonly sessionMaxHours: number;
  /** Sessions that a user may have; with another one, the one that would expire first is ended. 0: no limit. */
  readonly sessionsPerAccount: number;
}

type SessionStore = Pick<Store, 'addSession' | 'session' | 'renewSession' | 'removeSession' | 'removeSessionsOf'>;

/** A request that is notified at once when its session ends. */
interface Watcher {
  readonly tokenHash: Uint8Array;
  readonly ended: () => void;
}

const msPerHour = 3_600_000;

export class Sessions {
  readonly #store: SessionStore;
  readonly #settings: SessionSettings;
  readonly #log: Pick<BaseLogger, 'error'>;
  /** By identity key, because all sessions of a user may end together. */
  readonly #watchers = new Map<string, Set<Watcher>>();
  #endings = 0;

  constructor(store: SessionStore, settings: SessionSettings, log: Pick<BaseLogger, 'error'>) {
    this.#store = store;
    this.#settings = settings;
    this.#log = log;
  }

  /** Opens a session. The token is returned only here: the store has its hash. */
  async open({ username, identityKey }: User): Promise<{ readonly token: string; readonly expiresAt: number }> {
    const token = createToken();
    const openedAt = Date.now();
    const expiresAt = expiryOf(openedAt, openedAt, this.#settings);
    const most = this.#settings.sessionsPerAccount || undefined;
    const session = { username, identityKey, openedAt, expiresAt };
    const ended = await this.#store.addSession(tokenHash(token), session, most);
    for (const hash of ended) this.#tellEnded(identityKey, (watcher) => sameBytes(watcher.tokenHash, hash));
    return { token, expiresAt };
  }

  /** Finds the caller that an Authorization header stands for, if any. */
  async callerOf(authorization: string | undefined): Promise<Caller | undefined> {
    const token = tokenOf(authorization);
    if (token === undefined) return undefined;
    const hash = tokenHash(token);
    const checkedAt = this.#endings;
    const session = await this.#store.session(hash);
    const now = Date.now();
    if (!session || session.expiresAt <= now) return undefined;
    const renewed = renewedExpiry(session, now, this.#settings);
    const isRenewed = renewed !== undefined && (await this.#renew(hash, renewed));
    const expiresAt = isRenewed ? renewed : session.expiresAt;
    return { username: session.username, identityKey: session.identityKey, tokenHash: hash, checkedAt, expiresAt };
  }

  /** False when the session may have ended since the caller's token was checked: then the store has to be asked. */
  isFresh({ checkedAt, expiresAt }: Caller): boolean {
    return checkedAt === this.#endings && Date.now() < expiresAt;
  }

  /** Returns the end of the session, in milliseconds since 1970; undefined when it has ended. */
  async validUntil({ tokenHash }: Caller): Promise<number | undefined> {
    const session = await this.#store.session(tokenHash);
    return session !== undefined && session.expiresAt > Date.now() ? session.expiresAt : undefined;
  }

  /** Calls `ended` when this server ends the session. Returns a function that stops the watching. */
  watch({ identityKey, tokenHash }: Caller, ended: () => void): () => void {
    const user = toBase64url(identityKey);
    const watchers = this.#watchers.get(user) ?? new Set();
    const watcher = { tokenHash, ended };
    this.#watchers.set(user, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(user) === watchers) this.#watchers.delete(user);
    };
  }

  async end({ identityKey, tokenHash }: Caller): Promise<void> {
    await this.#store.removeSession(tokenHash);
    this.#tellEnded(identityKey, (watcher) => sameBytes(watcher.tokenHash, tokenHash));
  }

  /** Ends all sessions of the caller's user, including this one. */
  async endAll({ identityKey }: Caller): Promise<void> {
    await this.#store.removeSessionsOf(identityKey);
    this.#tellEnded(identityKey, () => true);
  }

  #tellEnded(identityKey: Uint8Array, isMeant: (watcher: Watcher) => boolean): void {
    this.#endings += 1;
    for (const watcher of [...(this.#watchers.get(toBase64url(identityKey)) ?? [])]) {
      if (isMeant(watcher)) watcher.ended();
    }
  }

  /** Renews the session. It is still valid if that fails, so a failure costs the request nothing. */
  async #renew(hash: Uint8Array, expiresAt: number): Promise<boolean> {
    try {
      await this.#store.renewSession(hash, expiresAt);
      return true;
    } catch (error) {
      const { isReported = false } = error as Partial<StoreError>;
      if (!isReported) this.#log.error({ err: error }, 'a session could not be lengthened');
      return false;
    }
  }
}

/** Returns the new end of a session that is used now; undefined as long as it is not worth a write. */
export function renewedExpiry(
  { openedAt, expiresAt }: Pick<Session, 'openedAt' | 'expiresAt'>,
  now: number,
  settings: SessionSettings,
): number | undefined {
  const renewed = expiryOf(openedAt, now, settings);
  return renewed - expiresAt > (settings.sessionHours * msPerHour) / 4 ? renewed : undefined;
}

function expiryOf(openedAt: number, now: number, { sessionHours, sessionMaxHours }: SessionSettings): number {
  return Math.min(now + sessionHours * msPerHour, openedAt + sessionMaxHours * msPerHour);
}
