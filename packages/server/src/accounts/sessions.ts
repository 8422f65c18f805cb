// Sessions: opened by a login, lengthened while they are used, ended by their users or by time.

import type { BaseLogger } from 'pino';
import type { Session, Store, User } from '../store/store.js';
import { createToken, tokenHash, tokenOf } from './session-token.js';

/** The user that a valid session token stands for. */
export interface Caller {
  readonly username: string;
  readonly identityKey: Uint8Array;
  readonly tokenHash: Uint8Array;
}

export interface SessionSettings {
  /** How long a token is valid when it is not used. */
  readonly sessionHours: number;
  /** How long one is valid at most, however much it is used. */
  readonly sessionMaxHours: number;
}

type SessionStore = Pick<Store, 'addSession' | 'session' | 'renewSession' | 'removeSession' | 'removeSessionsOf'>;

const msPerHour = 3_600_000;

export class Sessions {
  readonly #store: SessionStore;
  readonly #settings: SessionSettings;
  readonly #log: Pick<BaseLogger, 'error'>;

  constructor(store: SessionStore, settings: SessionSettings, log: Pick<BaseLogger, 'error'>) {
    this.#store = store;
    this.#settings = settings;
    this.#log = log;
  }

  /** The token is given out here and nowhere else: the store has its hash. */
  async open({ username, identityKey }: User): Promise<{ readonly token: string; readonly expiresAt: number }> {
    const token = createToken();
    const openedAt = Date.now();
    const expiresAt = expiryOf(openedAt, openedAt, this.#settings);
    await this.#store.addSession(tokenHash(token), { username, identityKey, openedAt, expiresAt });
    return { token, expiresAt };
  }

  /** Who is behind an Authorization header, if anybody. */
  async callerOf(authorization: string | undefined): Promise<Caller | undefined> {
    const token = tokenOf(authorization);
    if (token === undefined) return undefined;
    const hash = tokenHash(token);
    const session = await this.#store.session(hash);
    const now = Date.now();
    if (!session || session.expiresAt <= now) return undefined;
    const renewed = renewedExpiry(session, now, this.#settings);
    if (renewed !== undefined) await this.#renew(hash, renewed);
    return { username: session.username, identityKey: session.identityKey, tokenHash: hash };
  }

  async end({ tokenHash }: Caller): Promise<void> {
    await this.#store.removeSession(tokenHash);
  }

  /** Ends all sessions of the caller's user, this one too. */
  async endAll({ identityKey }: Caller): Promise<void> {
    await this.#store.removeSessionsOf(identityKey);
  }

  /** The session is valid as it is: that it could not be lengthened now costs the request nothing. */
  async #renew(hash: Uint8Array, expiresAt: number): Promise<void> {
    try {
      await this.#store.renewSession(hash, expiresAt);
    } catch (error) {
      this.#log.error({ err: error }, 'a session could not be lengthened');
    }
  }
}

/** Until when a session that is used now should last; undefined as long as that is not worth a write. */
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
