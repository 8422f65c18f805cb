// The supervisor's side of the pipe for calls to a process. The server's thread writes to its descriptor, so it is
// closed only when that can no longer happen.

import type { Socket } from 'node:net';
import process from 'node:process';
import { CallPipe, type CallPipeHandle } from '../../channel/pipe/index.js';
import { descriptorOf, holdOpen } from '../../node-internals/sockets.js';

const open = new Set<CallPipe>();

// An uncaught exception ends this thread, and Node then closes its open descriptors.
process.on('exit', () => {
  for (const pipe of open) while (!pipe.close());
});

export class CallSocket {
  /** The handle that the server writes with; absent if Node shows no descriptor. */
  readonly handle: CallPipeHandle | undefined;
  readonly #socket: Socket;
  readonly #pipe: CallPipe | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    const fd = descriptorOf(socket);
    if (fd === undefined) return;
    this.handle = CallPipe.create(fd);
    const pipe = new CallPipe(this.handle);
    this.#pipe = pipe;
    open.add(pipe);
    holdOpen(socket, () => {
      const isClosed = pipe.close();
      if (isClosed) open.delete(pipe);
      return isClosed;
    });
  }

  /** Whether the supervisor has to write the calls. */
  get isLeft(): boolean {
    return this.#pipe?.isLeft ?? true;
  }

  /** Writes the part of a call that the server could not write. */
  write(frame: Uint8Array): void {
    this.#socket.write(frame.subarray(this.#pipe?.written ?? 0));
  }
}
