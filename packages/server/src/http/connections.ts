// The connections of a server that closes: requests in flight are answered first, then all connections end.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface DrainOptions {
  /** How long requests in flight may take when the server closes; then their connections are cut. */
  readonly withinMs: number;
  /** Called when the drain begins: answers those who wait for something that may never come. */
  readonly sendHome?: () => void;
}

export interface Draining {
  /** True from the moment of the close. */
  isDraining(): boolean;
}

/**
 * Makes `close` wait until the requests in flight are answered. Meanwhile the server goes on listening, so that whoever
 * comes late can be told so.
 */
export function drainOnClose(app: FastifyInstance, { withinMs, sendHome }: DrainOptions): Draining {
  const connections = new Connections(app.server);
  app.addHook('preClose', async () => {
    connections.drain();
    sendHome?.();
    const cut = await connections.end(withinMs);
    if (cut > 0) app.log.warn({ requests: cut }, 'requests that were not answered in time were cut off');
  });
  return { isDraining: () => connections.isDraining };
}

class Connections {
  /** How many requests of each connection are not answered yet. */
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

  /** Each connection ends with its answer from now on, where that has not begun. */
  drain(): void {
    this.#draining = true;
    for (const response of this.#responses) this.#last(response);
  }

  /**
   * Waits for the answers, and ends all connections. Node takes one that has not sent a request yet for a busy one, and
   * would wait for it for a minute; browsers and connection pools open such connections ahead of time.
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

  #asked({ socket }: IncomingMessage, response: ServerResponse): void {
    // Refused already: what is written goes out before a connection ends in order, and many are refused.
    if (response.writableEnded) return;
    this.#count(socket, +1);
    this.#responses.add(response);
    if (this.#draining) this.#last(response);
    response.once('close', () => {
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
