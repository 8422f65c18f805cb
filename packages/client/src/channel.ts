// A channel as one of its two members sees it: sends messages to the peer, and fetches the peer's.

import { errorFrom, type GatehouseError, type ProblemDocument } from './errors.js';
import { keyOf, type Message, messageFrom, type Outgoing, type WireMessage, wireOf } from './message.js';
import { type ReceiveOptions, receive } from './receive.js';
import type { CallOptions, Requests } from './requests.js';

export interface SendOptions extends CallOptions, Omit<Outgoing, 'payload'> {}

export interface FetchOptions extends CallOptions {
  /** Only messages with a higher number. Default: all. */
  readonly after?: bigint;
  /** Most messages to fetch, up to 1,000. Default: 100. */
  readonly limit?: number;
  /** Time to wait for the first if there are none; Infinity: until one comes. Default: 0. */
  readonly waitMs?: number;
}

/** Messages of a mailbox, as one answer has them: up to the limit, and up to the server's limit of bytes. */
export interface Page {
  readonly messages: readonly Message[];
  /** True when the mailbox has messages after these. */
  readonly more: boolean;
}

/** The longest wait that a server accepts in one request by default. A longer one takes several requests. */
const longestWaitMs = 60_000;

/** The outcome of one message of several. */
export type SendResult =
  | { readonly status: 'stored'; readonly seq: bigint }
  | { readonly status: 'refused'; readonly error: GatehouseError };

type WireResult =
  | { readonly status: 'stored'; readonly seq: string }
  | { readonly status: 'refused'; readonly problem: ProblemDocument };

/** Created by a session. Every method rejects with a GatehouseError, or with the reason of the signal. */
export class Channel {
  /** 16 bytes as base64url. */
  readonly id: string;
  /** True if `openChannel` created it. */
  readonly wasNew: boolean;
  readonly #requests: Requests;
  readonly #token: string;

  constructor(requests: Requests, token: string, id: string, wasNew: boolean) {
    this.#requests = requests;
    this.#token = token;
    this.id = id;
    this.wasNew = wasNew;
  }

  /** Resolves once the message is on the server's disk, with its number in the peer's mailbox. */
  async send(payload: Uint8Array, { signal, ...more }: SendOptions = {}): Promise<{ readonly seq: bigint }> {
    const message = { payload, ...more };
    const { seq } = await this.#post<{ readonly seq: string }>('enqueue', wireOf(message), {
      signal,
      idempotencyKey: keyOf(message),
    });
    return { seq: BigInt(seq) };
  }

  /** Sends up to 1,000 messages in one request. Each has its own result, in the same order. */
  async sendAll(
    messages: readonly (Uint8Array | Outgoing)[],
    { signal }: CallOptions = {},
  ): Promise<readonly SendResult[]> {
    if (messages.length === 0) return [];
    const outgoing = messages.map((one) => ('payload' in one ? one : { payload: one }));
    const body = {
      messages: outgoing.map((one) => ({ channelId: this.id, ...wireOf(one), clientMessageId: keyOf(one) })),
    };
    const request = { path: 'batch-enqueue', token: this.#token, body, signal };
    const { results } = await this.#requests.post<{ readonly results: readonly WireResult[] }>(request);
    return results.map(resultFrom);
  }

  /** Fetches messages of the own mailbox, in order. They stay until they are acknowledged. */
  async fetch(options: FetchOptions = {}): Promise<readonly Message[]> {
    return (await this.fetchPage(options)).messages;
  }

  /** The same, and whether the mailbox has messages after these. */
  async fetchPage({ after, limit, waitMs = 0, signal }: FetchOptions = {}): Promise<Page> {
    const range = { ...(after !== undefined && { after: after.toString() }), ...(limit !== undefined && { limit }) };
    const until = performance.now() + waitMs;
    for (let leftMs = waitMs; ; leftMs = Math.ceil(until - performance.now())) {
      const { messages, more } = await this.#fetchOnce(range, Math.min(leftMs, longestWaitMs), signal);
      const isOver = !(leftMs > longestWaitMs);
      if (messages.length > 0 || isOver) return { messages: messages.map(messageFrom), more };
    }
  }

  #fetchOnce(range: object, waitMs: number, signal: AbortSignal | undefined): Promise<Fetched> {
    if (waitMs === 0) return this.#post<Fetched>('fetch', range, { signal });
    return this.#post<Fetched>('fetch-wait', { ...range, timeoutMs: waitMs }, { signal, waitMs });
  }

  /** Removes the messages of the own mailbox up to and including a number; resolves to how many there were. */
  async acknowledge(upTo: bigint, { signal }: CallOptions = {}): Promise<number> {
    return (await this.#post<{ readonly removed: number }>('ack', { upTo: upTo.toString() }, { signal })).removed;
  }

  /**
   * Yields the messages of the own mailbox as they come, in order, until the loop is left. Throws the signal's reason
   * when it is aborted. A message is acknowledged once the loop's body has asked for the next: if the body threw or
   * left the loop, the message is delivered again.
   */
  receive(options: ReceiveOptions = {}): AsyncGenerator<Message, never, undefined> {
    return receive(this, options);
  }

  #post<T>(
    path: string,
    body: object,
    more: { signal?: AbortSignal | undefined; waitMs?: number; idempotencyKey?: string },
  ) {
    return this.#requests.post<T>({ path, token: this.#token, body: { channelId: this.id, ...body }, ...more });
  }
}

interface Fetched {
  readonly messages: readonly WireMessage[];
  readonly more: boolean;
}

function resultFrom(result: WireResult): SendResult {
  if (result.status === 'refused') return { status: 'refused', error: errorFrom(result.problem) };
  return { status: 'stored', seq: BigInt(result.seq) };
}
