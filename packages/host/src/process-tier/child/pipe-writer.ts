// Writes to the supervisor immediately, without the machinery of a stream, as long as the pipe has room.

import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import process from 'node:process';

/** Captured before descriptors are guarded: after that, it would accept only the plugin's own. */
const write = writeSync;

/** A pipe on Windows may block. */
const isDirect = process.platform !== 'win32';

export class PipeWriter {
  readonly #pipe: Socket;
  readonly #fd: number;

  constructor(pipe: Socket, fd: number) {
    this.#pipe = pipe;
    this.#fd = fd;
  }

  /** Writes the bytes, after any that wait in the stream because the pipe was full. */
  write(bytes: Uint8Array): void {
    const written = isDirect && this.#pipe.writableLength === 0 ? this.#now(bytes) : 0;
    if (written < bytes.length) this.#pipe.write(bytes.subarray(written));
  }

  /** Returns the number of bytes that the pipe took: 0 if it is full or closed, which the stream reports. */
  #now(bytes: Uint8Array): number {
    try {
      return write(this.#fd, bytes);
    } catch {
      return 0;
    }
  }
}
