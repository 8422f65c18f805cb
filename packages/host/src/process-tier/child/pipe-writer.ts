// Writes to the supervisor at once, without the machinery of a stream, as long as the pipe has room.

import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import process from 'node:process';

/** As it is before descriptors are guarded: from then on the plugin's own are the only ones that it takes. */
const write = writeSync;

/** A pipe of Windows may block. */
const isDirect = process.platform !== 'win32';

export class PipeWriter {
  readonly #pipe: Socket;
  readonly #fd: number;

  constructor(pipe: Socket, fd: number) {
    this.#pipe = pipe;
    this.#fd = fd;
  }

  /** What waits in the stream, since the pipe was full, goes first. */
  write(bytes: Uint8Array): void {
    const written = isDirect && this.#pipe.writableLength === 0 ? this.#now(bytes) : 0;
    if (written < bytes.length) this.#pipe.write(bytes.subarray(written));
  }

  /** How much of it the pipe took: none when it is full or closed, of which the stream tells. */
  #now(bytes: Uint8Array): number {
    try {
      return write(this.#fd, bytes);
    } catch {
      return 0;
    }
  }
}
