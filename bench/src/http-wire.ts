// HTTP on a plain socket, with as little work as possible: the CPU that a load takes is taken from the server under test.

import { connect, type Socket } from 'node:net';

const headEnd = Buffer.from('\r\n\r\n');

/** Whether the answer has its head and as many bytes of body as that says. */
export function isWhole(received: Buffer): boolean {
  const end = received.indexOf(headEnd);
  if (end < 0) return false;
  const length = /content-length: (\d+)/i.exec(received.toString('latin1', 0, end))?.[1];
  return received.length >= end + headEnd.length + Number(length);
}

export function requestOf(path: string, token: string, body: object): Buffer {
  const text = JSON.stringify(body);
  const head = [
    `POST /v1/${path} HTTP/1.1`,
    'host: bench',
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}`);
}

export interface WireAnswer {
  readonly status: number;
  readonly text: string;
}

/** A connection that is kept: one request at a time. */
export class HttpWire {
  readonly opened: Promise<void>;
  readonly #socket: Socket;
  #received: Buffer | undefined;
  #answered: ((answer: WireAnswer) => void) | undefined;
  #failed: (error: Error) => void = () => {};

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.opened = new Promise((resolve, reject) => this.#socket.once('connect', resolve).once('error', reject));
    // Who only asks hears of it there.
    this.opened.catch(() => {});
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.#socket.on('error', () => {}).on('close', () => this.#failed(new Error('the connection was closed')));
  }

  /** Rejects when the connection ends without an answer. */
  ask(request: Buffer): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const received = this.#received === undefined ? chunk : Buffer.concat([this.#received, chunk]);
    this.#received = isWhole(received) ? undefined : received;
    if (this.#received === undefined)
      this.#answered?.({ status: Number(received.toString('latin1', 9, 12)), text: received.toString() });
  }
}
