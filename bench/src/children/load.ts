// Posts messages as fast as they are answered, over a number of connections, with as little work as possible: the
// CPU that it takes is taken from the server under test.

import { connect, type Socket } from 'node:net';
import { answer } from '../answers.js';
import { isWhole } from '../http-wire.js';
import { randomBody } from '../message-body.js';
import { Samples } from '../samples.js';

export interface LoadRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

export interface LoadSpec {
  readonly port: number;
  readonly connections: number;
  readonly ms: number;
  /** Posted one after the other, and again from the first. Default: random messages for a server of this benchmark. */
  readonly requests?: readonly LoadRequest[];
}

export interface LoadFigures {
  readonly perSecond: number;
  /** Times from request to answer, in ms. */
  readonly p50: number;
  readonly p99: number;
}

const messages = Array.from({ length: 64 }, () => encoded({ path: '/messages', headers: {}, body: randomBody() }));

function encoded({ path, headers, body }: LoadRequest): Buffer {
  const text = JSON.stringify(body);
  const all = { host: 'bench', 'content-type': 'application/json', 'content-length': text.length, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([`POST ${path} HTTP/1.1`, ...lines, '', text].join('\r\n'));
}

const samples = new Samples();

/** One connection that posts the next message when the last one is answered, until `isOver`. */
class Connection {
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #isOver: () => boolean;
  readonly #requests: readonly Buffer[];
  #sentAt = 0;
  #next = 0;
  #received: Buffer | undefined;

  constructor(port: number, requests: readonly Buffer[], first: number, isOver: () => boolean) {
    this.#requests = requests;
    this.#isOver = isOver;
    this.#next = first;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.closed = new Promise((resolve, reject) => {
      this.#socket.on('close', resolve).on('error', reject);
    });
    this.#socket.on('connect', () => this.#post()).on('data', (chunk) => this.#take(chunk));
  }

  #post(): void {
    this.#sentAt = performance.now();
    this.#socket.write(this.#requests[this.#next++ % this.#requests.length]!);
  }

  #take(chunk: Buffer): void {
    const received = this.#received === undefined ? chunk : Buffer.concat([this.#received, chunk]);
    this.#received = isWhole(received) ? undefined : received;
    if (this.#received !== undefined) return;
    if (!received.subarray(0, 12).equals(success)) {
      this.#socket.destroy(new Error(`unexpected answer: ${received.toString().slice(0, 200)}`));
      return;
    }
    if (!samples.isFull) samples.add(performance.now() - this.#sentAt);
    if (this.#isOver()) this.#socket.end();
    else this.#post();
  }
}

const success = Buffer.from('HTTP/1.1 200');

const answers = {
  async run({ port, connections, ms, requests }: LoadSpec): Promise<LoadFigures> {
    samples.clear();
    const posted = requests?.map(encoded) ?? messages;
    const startedAt = performance.now();
    const isOver = () => performance.now() - startedAt >= ms;
    const all = Array.from({ length: connections }, (_, i) => new Connection(port, posted, i * 7, isOver));
    await Promise.all(all.map(({ closed }) => closed));
    const seconds = (performance.now() - startedAt) / 1000;
    const { p50, p99 } = samples.summary();
    return { perSecond: samples.count / seconds, p50, p99 };
  },
};

export type LoadChild = typeof answers;

answer(answers);
