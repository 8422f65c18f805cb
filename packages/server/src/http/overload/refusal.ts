// The answer to a request that is refused: given very often, so it has to cost little.

import { ServerResponse, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import { Problem } from '../../wire/problems.js';
import { answerAtOnce } from '../problem-answers.js';

type Response = Parameters<ReturnType<typeof answerAtOnce>>[0];

interface Prepared {
  /** The whole answer of HTTP/1.1, for a connection that is kept. */
  readonly bytes: Buffer;
  /** When its Date was right: in whole seconds. */
  readonly second: number;
}

/**
 * Refuses with 503 `OVERLOADED`, each time with another Retry-After. Most answers are bytes that were made before, once
 * a second for each value, and are written past node's response: that takes a third less of the server's thread.
 */
export class Refusals {
  readonly #retryAfter: () => number;
  readonly #prepared = new Map<number, Prepared>();
  readonly #slow = new Map<number, (response: Response) => void>();

  constructor(retryAfter: () => number) {
    this.#retryAfter = retryAfter;
  }

  refuse(response: Response): void {
    const seconds = this.#retryAfter();
    if (isPlain(response)) writePast(response, this.#bytes(seconds));
    else this.#answer(seconds)(response);
  }

  #bytes(seconds: number): Buffer {
    const second = Math.floor(Date.now() / 1_000);
    const prepared = this.#prepared.get(seconds);
    if (prepared?.second === second) return prepared.bytes;
    const bytes = prepare(seconds);
    this.#prepared.set(seconds, { bytes, second });
    return bytes;
  }

  #answer(seconds: number): (response: Response) => void {
    const known = this.#slow.get(seconds);
    if (known !== undefined) return known;
    const answer = answerAtOnce(problem(seconds));
    this.#slow.set(seconds, answer);
    return answer;
  }
}

const problem = (retryAfter: number) => new Problem('OVERLOADED', { retryAfter });

function prepare(seconds: number): Buffer {
  const document = problem(seconds).document();
  const body = JSON.stringify(document);
  const lines = [
    `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    `retry-after: ${seconds}`,
    `date: ${new Date().toUTCString()}`,
    'connection: keep-alive',
    '',
    body,
  ];
  return Buffer.from(lines.join('\r\n'));
}

/**
 * Whether nothing speaks against prepared bytes: HTTP/1.1, a connection that is kept, a body that may come, no earlier
 * answer that this one would have to wait for, and a client that reads.
 */
function isPlain(response: Response): boolean {
  if (!(response instanceof ServerResponse)) return false;
  const { req, socket } = response;
  return (
    socket instanceof Socket &&
    socket.writableLength === 0 &&
    !socket.destroyed &&
    response.shouldKeepAlive &&
    req.httpVersionMinor === 1 &&
    req.method !== 'HEAD'
  );
}

/** Node's own books are closed by `finish`: the rest of the request is read away, and the connection has its next one. */
function writePast(response: Response, bytes: Buffer): void {
  response.socket!.write(bytes);
  Object.assign(response, { finished: true });
  response.emit('finish');
}
