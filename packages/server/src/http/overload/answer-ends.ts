// Reports the end of each answer, whichever way it comes: answered, cut off, or never begun because the one before it on
// the same connection was.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export class AnswerEnds {
  /** By connection: what is to be called for each answer that is still to come. */
  readonly #open = new WeakMap<Socket, Set<() => void>>();

  /** Calls `ended` once. On Node 20 a response that waits behind another one emits nothing when its connection ends. */
  once(request: IncomingMessage, response: ServerResponse, ended: () => void): void {
    const open = this.#openOf(request.socket);
    const end = () => {
      if (!open.delete(end)) return;
      ended();
    };
    open.add(end);
    response.once('close', end);
  }

  #openOf(socket: Socket): Set<() => void> {
    const known = this.#open.get(socket);
    if (known !== undefined) return known;
    const open = new Set<() => void>();
    this.#open.set(socket, open);
    socket.once('close', () => {
      for (const end of [...open]) end();
    });
    return open;
  }
}
