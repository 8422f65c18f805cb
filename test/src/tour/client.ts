// A user of the tour: who it is, and the session in which it asks.

import {
  type Account,
  type Channel,
  connect,
  createIdentity,
  type Gatehouse,
  type GatehouseError,
  isGatehouseError,
  type KeyPairIdentity,
  type Session,
} from '@gatehouse/client';

/** As little work as argon2 can be given: the strength of passwords is not what is shown. */
const keyStretching = { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } };

/** What came of a request: its result, or the problem. */
export type Outcome<T> =
  | { readonly ok: true; readonly result: T }
  | { readonly ok: false; readonly error: GatehouseError };

export class Client {
  readonly username: string;
  readonly #gatehouse: Gatehouse;
  readonly #identity: KeyPairIdentity;
  #session: Session | undefined;

  private constructor(url: string, username: string, identity: KeyPairIdentity) {
    // What goes wrong is to be seen, and not tried again.
    this.#gatehouse = connect({ url, keyStretching, retry: { attempts: 1 } });
    this.username = username;
    this.#identity = identity;
  }

  static async create(url: string, username: string): Promise<Client> {
    return new Client(url, username, await createIdentity());
  }

  /** The public identity key. */
  get key(): string {
    return this.#identity.key;
  }

  register(password: string): Promise<Outcome<Account>> {
    const { username } = this;
    return outcomeOf(this.#gatehouse.register({ username, password, identity: this.#identity }));
  }

  /** Opens a session, in which all that follows is asked. */
  async login(password: string): Promise<Outcome<Session>> {
    const outcome = await outcomeOf(this.#gatehouse.login({ username: this.username, password }));
    if (outcome.ok) this.#session = outcome.result;
    return outcome;
  }

  openChannel(peerKey: string): Promise<Outcome<Channel>> {
    return outcomeOf(this.#loggedIn().openChannel(peerKey));
  }

  /** What is asked of a channel that there is. */
  ask<T>(channelId: string, request: (channel: Channel) => Promise<T>): Promise<Outcome<T>> {
    return outcomeOf(request(this.#loggedIn().channel(channelId)));
  }

  #loggedIn(): Session {
    if (!this.#session) throw new Error(`${this.username} is not logged in`);
    return this.#session;
  }
}

async function outcomeOf<T>(asked: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, result: await asked };
  } catch (error) {
    if (isGatehouseError(error)) return { ok: false, error };
    throw error;
  }
}
