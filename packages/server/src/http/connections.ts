// The connections of a server that closes: requests in flight are answered first, then all connections end.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { onAnswerEnd } from './answer-ends.js';

export interface DrainOptions {
  /** Time for requests in flight when the server closes; then their connections are cut. */
  readonly withinMs: number;
  /** Called when the drain begins: answers clients that wait for something that may never come. */
  readonly sendHome?: () => void;
}

export interface Draining {
  /** True as soon as the server closes. */
  isDraining(): boolean;
}

/**
 * Makes `close` wait until the requests in flight are answered. Meanwhile the server keeps listening, so that late
 * clients get an answer.
 */
export function drainOnClose(app: FastifyInstance, options: DrainOptions): Draining {
  const connections = new Connections(app.server);
  app.addHook('preClose', async () => {
    connections.drain();
    options.sendHome?.();
    const cut = await connections.end(options.withinMs);
    if (cut > 0) app.log.warn({ requests: cut }, 'requests that were not answered in time were cut off');
  });
  return { isDraining: () => connections.isDraining };
}

class Connections {
  /** Number of unanswered requests of each connection. */
  readonly #unanswered = new Map<Socket, number>();
  readonly #responses = new Set<ServerResponse>();
  #draining = false;
  #ending = false;
  #allAnswered = () => {};

  constructor(server: Server) {
    server.on('connection', (socket) => this.#opened(socket));
    server.on('request', (request, response) => this.#asked(request, response));
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** Makes each connection end with its answer, unless the answer has already begun. */
  drain(): void {
    this.#draining = true;
    for (const response of this.#responses) this.#last(response);
  }

  /**
   * Waits for the answers, and ends all connections. Node treats a connection without a request so far as busy, and
   * would wait a minute for it; browsers and connection pools open such connections ahead of time.
   * Resolves with the number of requests that were cut off.
   */
  async end(withinMs: number): Promise<number> {
    if (this.#responses.size > 0) await this.#answered(withinMs);
    const cut = this.#responses.size;
    this.#ending = true;
    for (const [socket, unanswered] of this.#unanswered) {
      if (unanswered > 0) socket.destroy();
      else socket.destroySoon();
    }
    return cut;
  }

  #answered(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#allAnswered = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #opened(socket: Socket): void {
    this.#unanswered.set(socket, 0);
    socket.once('close', () => this.#unanswered.delete(socket));
    if (this.#ending) socket.destroySoon();
  }

  #asked(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    // Already refused, and often: such an answer needs no wait, because it is sent before its connection ends in order.
    if (response.writableEnded) return;
    this.#count(socket, +1);
    this.#responses.add(response);
    if (this.#draining) this.#last(response);
    onAnswerEnd(request, response, () => {
      this.#count(socket, -1);
      this.#responses.delete(response);
      if (this.#responses.size === 0) this.#allAnswered();
    });
  }

  #last(response: ServerResponse): void {
    if (!response.headersSent) response.setHeader('connection', 'close');
  }

  #count(socket: Socket, change: number): void {
    const unanswered = this.#unanswered.get(socket);
    if (unanswered !== undefined) this.#unanswered.set(socket, unanswered + change);
  }
}
