// Undocumented parts of Node's sockets: the descriptor behind one, and the method that destroys it.
// Checked on Node 20.20, 24.21 and 26.12; tests named "Node still …" hold it.

import type { Socket } from 'node:net';

/** Returns the descriptor of an open socket; undefined on Windows, which has none. */
export function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = '_handle' in socket ? socket._handle : undefined;
  const fd: unknown = typeof handle === 'object' && handle !== null && 'fd' in handle ? handle.fd : undefined;
  return typeof fd === 'number' && fd >= 0 ? fd : undefined;
}

/** Keeps the descriptor of a destroyed socket open until `mayClose`, called in every turn, returns true. */
export function holdOpen(socket: Socket, mayClose: () => boolean): void {
  const destroy = socket._destroy.bind(socket);
  socket._destroy = (error, callback) => {
    if (mayClose()) destroy(error, callback);
    else setImmediate(() => socket._destroy(error, callback));
  };
}
