// A user's client: its identity, its session, and what it can ask of a server, with typed answers.

import type { ProblemDocument } from '@gatehouse/server';
import { type Answer, login, newIdentity, post, register } from '../server/client.js';

/** What came of a request: the answer, or the problem. */
export type Outcome<T> =
  | { readonly ok: true; readonly status: number; readonly body: T }
  | {
      readonly ok: false;
      readonly status: number;
      readonly problem: ProblemDocument;
      /** Seconds after which trying again makes sense, where the server says so. */
      readonly retryAfter: number | undefined;
    };

export interface Message {
  readonly seq: string;
  readonly senderIdentity?: string;
  readonly payload: string;
}

export type SendResult =
  | { readonly status: 'stored'; readonly seq: string }
  | { readonly status: 'refused'; readonly problem: ProblemDocument };

export class Client {
  readonly username: string;
  readonly #url: string;
  readonly #identity = newIdentity();
  #token: string | undefined;

  constructor(url: string, username: string) {
    this.#url = url;
    this.username = username;
  }

  /** The public identity key, as the wire has it. */
  get key(): string {
    return this.#identity.key;
  }

  async register(password: string): Promise<Outcome<{ readonly username: string; readonly identityKey: string }>> {
    return outcomeOf(await register(this.#url, this.username, password, this.#identity));
  }

  /** Opens a session, in which all that follows is asked. */
  async login(password: string): Promise<Outcome<{ readonly token: string; readonly expiresAt: string }>> {
    const outcome = outcomeOf<{ token: string; expiresAt: string }>(await login(this.#url, this.username, password));
    if (outcome.ok) this.#token = outcome.body.token;
    return outcome;
  }

  openChannel(peerKey: string): Promise<Outcome<{ readonly channelId: string; readonly wasNew: boolean }>> {
    return this.#ask('channels', { peerKey });
  }

  send(channelId: string, payload: Uint8Array): Promise<Outcome<{ readonly seq: string }>> {
    return this.#ask('enqueue', { channelId, payload: wire(payload) });
  }

  sendAll(
    channelId: string,
    payloads: readonly Uint8Array[],
  ): Promise<Outcome<{ readonly results: readonly SendResult[] }>> {
    return this.#ask('batch-enqueue', { messages: payloads.map((payload) => ({ channelId, payload: wire(payload) })) });
  }

  fetch(channelId: string): Promise<Outcome<{ readonly messages: readonly Message[] }>> {
    return this.#ask('fetch', { channelId });
  }

  /** As `fetch`, and waits for the first message if there is none. */
  fetchWait(channelId: string, timeoutMs: number): Promise<Outcome<{ readonly messages: readonly Message[] }>> {
    return this.#ask('fetch-wait', { channelId, timeoutMs });
  }

  acknowledge(channelId: string, upTo: string): Promise<Outcome<{ readonly removed: number }>> {
    return this.#ask('ack', { channelId, upTo });
  }

  async #ask<T>(path: string, body: object): Promise<Outcome<T>> {
    return outcomeOf(await post(this.#url, path, body, this.#token));
  }
}

/** The types are the server's word; the tour checks the values. */
function outcomeOf<T>({ status, headers, body }: Answer): Outcome<T> {
  if (status < 400) return { ok: true, status, body };
  const seconds = headers.get('retry-after');
  return { ok: false, status, problem: body, retryAfter: seconds === null ? undefined : Number(seconds) };
}

function wire(payload: Uint8Array): string {
  return Buffer.from(payload).toString('base64url');
}
