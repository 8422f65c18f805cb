// A server: who registers and logs in there, and sealed messages, which nobody signs.

import { toWire } from './bytes.js';
import { createIdentity, type Identity, registrationMessage } from './identity.js';
import { keyOf, type Outgoing, wireOf } from './message.js';
import type { OpaqueExchange } from './opaque/exchange.js';
import type { Requests } from './requests.js';
import { Session, type SessionDetails } from './session.js';

export interface RegisterOptions<I extends Identity = Identity> {
  /** Up to 64 letters, digits and `. _ - + @`, in Unicode normal form C. */
  readonly username: string;
  /** Never leaves this machine, in no form that it could be told from. */
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

/** Somebody who is registered. The identity is to be kept: the server has its public half alone. */
export interface Account<I extends Identity = Identity> {
  readonly username: string;
  readonly identity: I;
}

/** A message without a sender, into a channel that there is. */
export interface SealedMessage extends Outgoing {
  readonly channelId: string;
  /** The identity key of the member that it is for. */
  readonly recipientKey: string;
}

/** Made by `connect`. All of it rejects with a GatehouseError, or with the reason of the signal. */
export class Gatehouse {
  readonly #requests: Requests;
  readonly #opaque: OpaqueExchange;

  constructor(requests: Requests, opaque: OpaqueExchange) {
    this.#requests = requests;
    this.#opaque = opaque;
  }

  async register<I extends Identity = Awaited<ReturnType<typeof createIdentity>>>(
    options: RegisterOptions<I>,
  ): Promise<Account<I>> {
    const { username, password, signal } = options;
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
    // Done twice, it would be told that the name is taken: by itself.
    await this.#requests.post({ path: 'register/finish', body, signal, repeatable: false });
    return { username, identity };
  }

  /** @throws GatehouseError `LOGIN_FAILED`, whether there is no such user or the password does not fit */
  async login({ username, password, signal }: LoginOptions): Promise<Session> {
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
      // Also when the password does not fit: the server counts it at once, and says what there is to say.
      const body = { loginId, ...(finishLoginRequest !== undefined && { finishLoginRequest }) };
      return requests.post<SessionDetails>({ path: 'login/finish', body, signal });
    });
    return this.resume(details);
  }

  /** The session of `session.details`, which a program may keep as it keeps a password. Asks nothing. */
  resume(details: SessionDetails): Session {
    return new Session(this.#requests, details);
  }

  /** Sends without saying who sends. Only where the server has `sealedSender`. */
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
}
