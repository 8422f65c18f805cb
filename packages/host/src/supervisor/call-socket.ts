// The supervisor's hold on the pipe in which calls go to a process: the server's thread writes to its descriptor, and
// so it is closed only when that cannot happen any more.

import type { Socket } from 'node:net';
import process from 'node:process';
import { CallPipe, type CallPipeHandle } from '../channel/index.js';

const open = new Set<CallPipe>();

// An exception that nobody caught ends this thread, and Node closes what it has open.
process.on('exit', () => {
  for (const pipe of open) while (!pipe.close());
});

export class CallSocket {
  /** What the server writes with; absent where Node shows no descriptor. */
  readonly handle: CallPipeHandle | undefined;
  readonly #socket: Socket;
  readonly #pipe: CallPipe | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    const fd = descriptorOf(socket);
    if (fd === undefined) return;
    this.handle = CallPipe.create(fd);
    this.#pipe = new CallPipe(this.handle);
    open.add(this.#pipe);
    holdOpen(socket, this.#pipe);
  }

  /** Whether the supervisor has to write the calls. */
  get isLeft(): boolean {
    return this.#pipe?.isLeft ?? true;
  }

  /** Writes what the server could not. */
  write(frame: Uint8Array): void {
    this.#socket.write(frame.subarray(this.#pipe?.written ?? 0));
  }
}

/** However a socket comes to be destroyed, its descriptor is closed by `_destroy`, which may take its time. */
function holdOpen(socket: Socket, pipe: CallPipe): void {
  const destroy = socket._destroy.bind(socket);
  socket._destroy = (error, callback) => {
    if (!pipe.close()) {
      setImmediate(() => socket._destroy(error, callback));
      return;
    }
    open.delete(pipe);
    destroy(error, callback);
  };
}

/** Node shows it, and documents it nowhere. On Windows there is none. */
function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = '_handle' in socket ? socket._handle : undefined;
  const fd: unknown = typeof handle === 'object' && handle !== null && 'fd' in handle ? handle.fd : undefined;
  return typeof fd === 'number' && fd >= 0 ? fd : undefined;
}
