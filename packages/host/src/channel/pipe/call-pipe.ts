// The pipe in which gate calls go to a session in a process of its own. The server's thread writes them itself, as all
// threads of a process share its descriptors: to have the supervisor do it would cost a wake-up more.
//
//   word  name     written by   when
//     0   STATE    both         free → writing → free by the server; free → closed by the supervisor, once
//    16   LEFT     server       0 → 1, once: from this call on, calls are the supervisor's to write
//    17   WRITTEN  server       bytes of the call in hand that the server wrote all the same, before LEFT
//
// Why no byte ever goes into somebody else's descriptor: a number that was closed is soon another file's. It is closed
// by whoever has moved STATE from free to closed, and written to by whoever has moved it from free to writing, and each
// of these is one compare-and-exchange. So the server never writes after it was closed, and it is never closed while the
// server writes. That is a few microseconds: the descriptor does not block.
//
// Why two writers never mix: the server writes a call only when the one before it was answered, so that the pipe is
// empty. Should it not take a call whole, the server leaves the rest of it to the supervisor, with all calls that follow.

import { invariant } from '@gatehouse/support/invariant';

export interface CallPipeHandle {
  readonly fd: number;
  readonly words: SharedArrayBuffer;
}

const STATE = 0;
const LEFT = 16;
const WRITTEN = 17;
const words = 32;

const state = { FREE: 0, WRITING: 1, CLOSED: 2 } as const;

export class CallPipe {
  readonly fd: number;
  readonly #words: Int32Array;

  constructor({ fd, words }: CallPipeHandle) {
    this.fd = fd;
    this.#words = new Int32Array(words);
  }

  static create(fd: number): CallPipeHandle {
    return { fd, words: new SharedArrayBuffer(words * 4) };
  }

  /** The server's: whether `write` took all of the bytes, of which it says how many it took; what it throws is none. */
  write(length: number, write: (fd: number) => number): boolean {
    if (Atomics.compareExchange(this.#words, STATE, state.FREE, state.WRITING) !== state.FREE) return false;
    let written = 0;
    try {
      written = write(this.fd);
    } catch {
      // It is full, or its other end is closed, which is told elsewhere.
    } finally {
      Atomics.store(this.#words, STATE, state.FREE);
    }
    invariant(written >= 0 && written <= length, 'a pipe takes no more of a call than it is given');
    if (written < length) this.#leave(written);
    return written === length;
  }

  /** The server's: nothing of the next call is written. */
  begin(): void {
    Atomics.store(this.#words, WRITTEN, 0);
  }

  /** Whether calls are the supervisor's to write. */
  get isLeft(): boolean {
    return Atomics.load(this.#words, LEFT) === 1;
  }

  /** Bytes of the call in hand that need not be written any more. */
  get written(): number {
    return Atomics.load(this.#words, WRITTEN);
  }

  /** The supervisor's: true once nobody writes to it any more; false while the server is about to. */
  close(): boolean {
    const before = Atomics.compareExchange(this.#words, STATE, state.FREE, state.CLOSED);
    return before !== state.WRITING;
  }

  #leave(written: number): void {
    Atomics.store(this.#words, WRITTEN, written);
    Atomics.store(this.#words, LEFT, 1);
  }
}
