// The pipe for gate calls to a session in a process of its own. The server's thread writes them itself, because all
// threads of a process share its descriptors: a write by the supervisor would cost one more wake-up.
//
//   word  name     written by   when
//     0   STATE    both         free → writing → free by the server; free → closed by the supervisor, once
//    16   LEFT     server       0 → 1, once: from this call on, the supervisor writes the calls
//    17   WRITTEN  server       bytes of the call in hand that the server had written before LEFT
//
// Why no byte ever goes into another file: the number of a closed descriptor is soon reused. Only the thread that has
// moved STATE from free to closed closes it, and only the thread that has moved STATE from free to writing writes to
// it, each by one compare-and-exchange. So the server never writes after the close, and the descriptor is never closed
// while the server writes. That takes a few microseconds, because the descriptor does not block.
//
// Why two writers never mix: the server writes a call only after the answer to the previous one, so the pipe is empty.
// If the pipe does not take a whole call, the server leaves its rest and all later calls to the supervisor.

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

  /** For the server: returns whether `write` wrote all bytes. `write` returns how many; a throw counts as none. */
  write(length: number, write: (fd: number) => number): boolean {
    if (Atomics.compareExchange(this.#words, STATE, state.FREE, state.WRITING) !== state.FREE) return false;
    let written = 0;
    try {
      written = write(this.fd);
    } catch {
      // The pipe is full, or its other end is closed, which is reported elsewhere.
    } finally {
      Atomics.store(this.#words, STATE, state.FREE);
    }
    invariant(written >= 0 && written <= length, 'a pipe takes no more of a call than it is given');
    if (written < length) this.#leave(written);
    return written === length;
  }

  /** For the server: begins a call of which nothing is written yet. */
  begin(): void {
    Atomics.store(this.#words, WRITTEN, 0);
  }

  /** Whether the supervisor has to write the calls. */
  get isLeft(): boolean {
    return Atomics.load(this.#words, LEFT) === 1;
  }

  /** Bytes of the call in hand that are already written. */
  get written(): number {
    return Atomics.load(this.#words, WRITTEN);
  }

  /** For the supervisor: closes it. Returns false, without closing, while the server is writing. */
  close(): boolean {
    const before = Atomics.compareExchange(this.#words, STATE, state.FREE, state.CLOSED);
    return before !== state.WRITING;
  }

  #leave(written: number): void {
    Atomics.store(this.#words, WRITTEN, written);
    Atomics.store(this.#words, LEFT, 1);
  }
}
