// Reports the end of each answer, in whatever way it ends: sent, cut off, or never begun because an earlier answer on the
// same connection was cut off.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** By connection: the callbacks for each answer that is still to come. */
const open = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls `ended` once. Before Node 24, a response that waits behind another one emits nothing when its connection ends, so
 * its own `close` is not enough.
 */
export function onAnswerEnd(request: IncomingMessage, response: ServerResponse, ended: () => void): void {
  const ofConnection = openOf(request.socket);
  const end = () => {
    if (!ofConnection.delete(end)) return;
    ended();
  };
  ofConnection.add(end);
  response.once('close', end);
}

function openOf(socket: Socket): Set<() => void> {
  const known = open.get(socket);
  if (known !== undefined) return known;
  const ofConnection = new Set<() => void>();
  open.set(socket, ofConnection);
  socket.once('close', () => {
    for (const end of [...ofConnection]) end();
  });
  return ofConnection;
}
