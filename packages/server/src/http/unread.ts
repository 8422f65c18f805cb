// Sends large answers in slices, so that a slow reader holds at most one copy, and limits the unread bytes.

import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../wire/problems.js';
import { onAnswerEnd } from './answer-ends.js';

export interface UnreadSettings {
  /** Bytes of answers that one connection, and all connections of one account, may leave unread. */
  readonly unreadBytesPerConnection: number;
  readonly unreadBytesPerAccount: number;
}

/** Smaller answers are not counted: Node stops reading from a connection that leaves several of them unread. */
const largeBytes = 16 * 1024;
/** Bytes passed to the connection at a time. Each slice that is taken counts as progress of the write. */
const sliceBytes = 64 * 1024;

/** The least share of payload in an answer: three bytes become four, and each message has some overhead. */
const payloadShare = 0.7;

export class Unread {
  readonly #settings: UnreadSettings;
  readonly #accountOf: (request: FastifyRequest) => string;
  readonly #byAccount = new Map<string, number>();
  readonly #byConnection = new Map<object, number>();

  /** `accountOf` returns the account that a request counts for. */
  constructor(app: FastifyInstance, settings: UnreadSettings, accountOf: (request: FastifyRequest) => string) {
    this.#settings = settings;
    this.#accountOf = accountOf;
    app.addHook('onSend', async (request, reply, payload) => this.#send(request, reply, payload));
  }

  /**
   * Returns the payload bytes that an answer may have now, so that no more is read from the store than can be sent.
   *
   * @throws Problem TOO_MUCH_UNREAD when it may have none
   */
  roomOf(account: string): number {
    const waiting = this.#byAccount.get(account) ?? 0;
    if (waiting === 0) return Number.POSITIVE_INFINITY;
    const room = Math.floor((this.#settings.unreadBytesPerAccount - waiting) * payloadShare);
    if (room <= 0) throw tooMuch();
    return room;
  }

  #send(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
    if (typeof payload !== 'string' && !(payload instanceof Uint8Array)) return payload;
    // Checked before the copy: a text has at least as many bytes as characters.
    if (payload.length < largeBytes) return payload;
    const bytes = Buffer.from(payload as string);
    this.#count(request, reply, bytes.length);
    reply.header('content-length', bytes.length);
    return slices(bytes);
  }

  /** Counts the answer until the client has it, or has gone. A first answer is always sent, however large it is. */
  #count(request: FastifyRequest, reply: FastifyReply, bytes: number): void {
    const { unreadBytesPerAccount, unreadBytesPerConnection } = this.#settings;
    const account = this.#accountOf(request);
    const connection = connectionOf(request);
    const [ofAccount, ofConnection] = [this.#byAccount.get(account) ?? 0, this.#byConnection.get(connection) ?? 0];
    if (ofAccount > 0 && ofAccount + bytes > unreadBytesPerAccount) throw tooMuch();
    if (ofConnection > 0 && ofConnection + bytes > unreadBytesPerConnection) throw tooMuch();
    add(this.#byAccount, account, bytes);
    add(this.#byConnection, connection, bytes);
    onAnswerEnd(request.raw, reply.raw, () => {
      add(this.#byAccount, account, -bytes);
      add(this.#byConnection, connection, -bytes);
    });
  }
}

const tooMuch = () => new Problem('TOO_MUCH_UNREAD', { retryAfter: 1 });

/** Returns the connection, which all streams of an HTTP/2 session share. */
function connectionOf({ raw }: FastifyRequest): object {
  return ('stream' in raw && (raw as { stream: { session?: object } }).stream.session) || raw.socket;
}

function add<K>(counts: Map<K, number>, key: K, bytes: number): void {
  const count = (counts.get(key) ?? 0) + bytes;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}

function slices(bytes: Buffer): Readable {
  let from = 0;
  return new Readable({
    highWaterMark: 1,
    read() {
      this.push(from < bytes.length ? bytes.subarray(from, from + sliceBytes) : null);
      from += sliceBytes;
    },
  });
}
