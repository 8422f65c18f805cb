// A session: what a user who is logged in can ask for.

import { Channel } from './channel.js';
import { isGatehouseError } from './errors.js';
import type { CallOptions, Requests } from './requests.js';

/** What a session is worth. Whoever has it is the user. */
export interface SessionDetails {
  readonly token: string;
  /** Of the user, as base64url. */
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

  /** The channel with a peer, made if there is none. */
  async openChannel(peerKey: string, { signal }: CallOptions = {}): Promise<Channel> {
    const opened = await this.#post<{ readonly channelId: string; readonly wasNew: boolean }>('channels', {
      body: { peerKey },
      signal,
    });
    return new Channel(this.#requests, this.details.token, opened.channelId, opened.wasNew);
  }

  /** A channel whose id is known. Asks nothing. */
  channel(id: string): Channel {
    return new Channel(this.#requests, this.details.token, id, false);
  }

  /** Ends this session. A token that is worth nothing already is as good. */
  async logout({ signal }: CallOptions = {}): Promise<void> {
    try {
      await this.#post('logout', { signal });
    } catch (error) {
      if (!isGatehouseError(error, 'UNAUTHENTICATED')) throw error;
    }
  }

  /** Ends all sessions of the user, this one too. */
  async logoutAll({ signal }: CallOptions = {}): Promise<void> {
    // Not repeated when it may have been done: the token would be worth nothing then.
    await this.#post('logout-all', { signal, repeatable: false });
  }

  #post<T>(path: string, more: { body?: object; signal?: AbortSignal | undefined; repeatable?: boolean }): Promise<T> {
    return this.#requests.post({ path, token: this.details.token, ...more });
  }
}
