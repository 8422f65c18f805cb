// A server: registration, login, and sealed messages, which have no sender.

import { toWire } from './bytes.js';
import { asyncDispose } from './disposal.js';
import { GatehouseError, isGatehouseError } from './errors.js';
import { createIdentity, type Identity, registrationMessage } from './identity.js';
import { keyOf, type Outgoing, wireOf } from './message.js';
import type { OpaqueExchange } from './opaque/exchange.js';
import { newPassword, triedPasswords } from './passwords.js';
import type { Requests } from './requests.js';
import { Session, type SessionDetails } from './session.js';

export interface RegisterOptions<I extends Identity = Identity> {
  /** Up to 64 letters, digits and `. _ - + @`. Names that differ by case, width or normal form alone are one name. */
  readonly username: string;
  /** Never leaves this machine in any form that reveals it. Prepared by RFC 8265: no control characters, not empty. */
  readonly password: string;
  /** Default: a new one. */
  readonly identity?: I;
  readonly signal?: AbortSignal;
}

export interface LoginOptions {
  readonly username: string;
  readonly password: string;
  readonly signal?: AbortSignal;
}

/** A registered user. Keep the identity: the server has only its public half. */
export interface Account<I extends Identity = Identity> {
  readonly username: string;
  readonly identity: I;
}

/** A message without a sender, into an existing channel. */
export interface SealedMessage extends Outgoing {
  readonly channelId: string;
  /** The identity key of the member that receives it. */
  readonly recipientKey: string;
}

/** Created by `connect`. Every method rejects with a GatehouseError, or with the reason of the signal. */
export class Gatehouse {
  readonly #requests: Requests;
  readonly #opaque: OpaqueExchange;
  readonly #closing: AbortController;

  /** `closing` aborts the requests. */
  constructor(requests: Requests, opaque: OpaqueExchange, closing: AbortController) {
    this.#requests = requests;
    this.#opaque = opaque;
    this.#closing = closing;
  }

  async register<I extends Identity = Awaited<ReturnType<typeof createIdentity>>>(
    options: RegisterOptions<I>,
  ): Promise<Account<I>> {
    const { username, signal } = options;
    const password = newPassword(options.password);
    const identity = options.identity ?? ((await createIdentity()) as Identity as I);
    const registrationRecord = await this.#opaque.register(password, async (registrationRequest) => {
      const path = 'register/start';
      const started = await this.#requests.post<{ readonly registrationResponse: string }>({
        path,
        body: { username, registrationRequest },
        signal,
      });
      return started.registrationResponse;
    });
    const message = await registrationMessage(username, identity.key, registrationRecord);
    const signature = toWire(await identity.sign(message));
    const body = { username, identityKey: identity.key, registrationRecord, signature };
    // Not repeatable: a second try would find the name taken by the first.
    await this.#requests.post({ path: 'register/finish', body, signal, repeatable: false });
    return { username, identity };
  }

  /** @throws GatehouseError `LOGIN_FAILED`, whether the user is unknown or the password is wrong */
  async login(options: LoginOptions): Promise<Session> {
    const [password, ofBefore] = triedPasswords(options.password);
    try {
      return await this.#login({ ...options, password });
    } catch (error) {
      if (ofBefore === undefined || !isGatehouseError(error, 'LOGIN_FAILED')) throw error;
      return this.#login({ ...options, password: ofBefore });
    }
  }

  async #login({ username, password, signal }: LoginOptions): Promise<Session> {
    const details = await this.#requests.exchange(signal, async (requests) => {
      let loginId = '';
      const finishLoginRequest = await this.#opaque.login(password, async (startLoginRequest) => {
        const body = { username, startLoginRequest };
        const started = await requests.post<{ readonly loginId: string; readonly loginResponse: string }>({
          path: 'login/start',
          body,
          signal,
        });
        loginId = started.loginId;
        return started.loginResponse;
      });
      // Sent even if the password is wrong: the server then counts the failure at once, and answers with the error.
      const body = { loginId, ...(finishLoginRequest !== undefined && { finishLoginRequest }) };
      return requests.post<SessionDetails>({ path: 'login/finish', body, signal });
    });
    return this.resume(details);
  }

  /** Returns the session of `session.details`, which a program may store like a password. Sends no request. */
  resume(details: SessionDetails): Session {
    return new Session(this.#requests, details);
  }

  /** Sends without revealing the sender. Only where the server has `sealedSender`. */
  async sendSealed(message: SealedMessage, { signal }: { readonly signal?: AbortSignal } = {}) {
    const { channelId, recipientKey } = message;
    const { seq } = await this.#requests.post<{ readonly seq: string }>({
      path: 'enqueue',
      body: { channelId, recipientKey, ...wireOf(message) },
      idempotencyKey: keyOf(message),
      signal,
    });
    return { seq: BigInt(seq) };
  }

  /**
   * Ends what is under way, in its sessions and channels too, and refuses what comes after: both reject with
   * `CLIENT_CLOSED`. Sessions stay valid on the server.
   */
  close(): void {
    this.#closing.abort(new GatehouseError('CLIENT_CLOSED', { detail: 'the client has been closed' }));
  }

  async [asyncDispose](): Promise<void> {
    this.close();
  }
}
