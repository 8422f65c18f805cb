// A session: the requests of a user who is logged in.

import { Channel } from './channel.js';
import { asyncDispose } from './disposal.js';
import { isGatehouseError } from './errors.js';
import type { CallOptions, Requests } from './requests.js';

/** The credentials of a session. Anyone who has them can act as the user. */
export interface SessionDetails {
  readonly token: string;
  /** The user's, as base64url. */
  readonly identityKey: string;
  /** RFC 3339, as it was at the login: the server may renew a session that is used. */
  readonly expiresAt: string;
}

export class Session {
  readonly details: SessionDetails;
  readonly #requests: Requests;

  constructor(requests: Requests, details: SessionDetails) {
    this.#requests = requests;
    this.details = details;
  }

  get identityKey(): string {
    return this.details.identityKey;
  }

  /** Opens the channel with a peer, and creates it if there is none. */
  async openChannel(peerKey: string, { signal }: CallOptions = {}): Promise<Channel> {
    const opened = await this.#post<{ readonly channelId: string; readonly wasNew: boolean }>('channels', {
      body: { peerKey },
      signal,
    });
    return new Channel(this.#requests, this.details.token, opened.channelId, opened.wasNew);
  }

  /** Returns a channel whose id is known. Sends no request. */
  channel(id: string): Channel {
    return new Channel(this.#requests, this.details.token, id, false);
  }

  /** Ends this session. Succeeds also if the token is already invalid. */
  async logout({ signal }: CallOptions = {}): Promise<void> {
    try {
      await this.#post('logout', { signal });
    } catch (error) {
      if (!isGatehouseError(error, 'UNAUTHENTICATED')) throw error;
    }
  }

  /** Ends all sessions of the user, including this one. */
  async logoutAll({ signal }: CallOptions = {}): Promise<void> {
    // Not retried if it may have been carried out: the token would then be invalid.
    await this.#post('logout-all', { signal, repeatable: false });
  }

  /** Logs out at the end of a block with `await using`. One that is to be resumed later is held by `const`. */
  [asyncDispose](): Promise<void> {
    return this.logout();
  }

  #post<T>(path: string, more: { body?: object; signal?: AbortSignal | undefined; repeatable?: boolean }): Promise<T> {
    return this.#requests.post({ path, token: this.details.token, ...more });
  }
}
