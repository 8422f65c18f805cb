// Ends connections when a server closes: those without a request at once, the others once they are answered.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Node takes a connection that has not sent a request yet for a busy one, and waits for its request for a minute;
 * browsers and connection pools open such connections ahead of time.
 */
export function endConnectionsOnClose(app: FastifyInstance): void {
  const connections = new Connections(app.server);
  app.addHook('preClose', async () => connections.end());
}

class Connections {
  /** How many requests of each connection are not answered yet. */
  readonly #unanswered = new Map<Socket, number>();
  #ending = false;

  constructor(server: Server) {
    server.on('connection', (socket) => this.#opened(socket));
    server.on('request', (request, response) => this.#asked(request, response));
  }

  end(): void {
    this.#ending = true;
    for (const socket of this.#unanswered.keys()) this.#endUnlessBusy(socket);
  }

  #opened(socket: Socket): void {
    this.#unanswered.set(socket, 0);
    socket.once('close', () => this.#unanswered.delete(socket));
    this.#endUnlessBusy(socket);
  }

  #asked({ socket }: IncomingMessage, response: ServerResponse): void {
    this.#count(socket, +1);
    response.once('close', () => {
      this.#count(socket, -1);
      this.#endUnlessBusy(socket);
    });
  }

  #count(socket: Socket, change: number): void {
    const unanswered = this.#unanswered.get(socket);
    if (unanswered !== undefined) this.#unanswered.set(socket, unanswered + change);
  }

  #endUnlessBusy(socket: Socket): void {
    if (this.#ending && this.#unanswered.get(socket) === 0) socket.destroySoon();
  }
}
