// The frames in a stream of bytes between two processes, which share no memory: a length, a kind, a body.
//
//   byte  0   length of the body
//         4   kind, see pipe-kinds.ts
//         8   the body
//
// All numbers are 32 bits, little-endian. The other side is not trusted: a body that is longer than the reader allows
// is an error, and so is whatever `take` throws.

import { invariant } from '@gatehouse/support/invariant';

const header = 8;

/** Bytes before the body of a frame. */
export const pipeHeader = header;

export interface PipeFrame {
  readonly kind: number;
  /** Valid until the next chunk only. */
  readonly body: Uint8Array;
}

/** Returns a frame as bytes to write: the kind, whole numbers, and the bytes after them. */
export function pipeFrame(kind: number, numbers: readonly number[], rest?: Uint8Array): Uint8Array {
  const length = numbers.length * 4 + (rest?.length ?? 0);
  const bytes = new Uint8Array(header + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint32(4, kind, true);
  for (let i = 0; i < numbers.length; i++) view.setInt32(header + i * 4, numbers[i]!, true);
  if (rest !== undefined) bytes.set(rest, header + numbers.length * 4);
  return bytes;
}

/** Reassembles frames from the chunks of a stream. */
export class PipeFrames {
  readonly #bodyMax: number;
  /** The chunks of a frame that is not complete yet. */
  #chunks: Uint8Array[] = [];
  #held = 0;
  /** Number of bytes that have to be held before the next frame can be complete. */
  #needed = header;

  constructor(bodyMax: number) {
    this.#bodyMax = bodyMax;
  }

  /** Whether no part of an incomplete frame is held. */
  get isEmpty(): boolean {
    return this.#held === 0;
  }

  /** Calls `take` with each frame that the chunk completes. @throws RangeError for a body that is too long */
  push(chunk: Uint8Array, take: (frame: PipeFrame) => void): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#needed) return;
    const bytes = this.#chunks.length === 1 ? chunk : joined(this.#chunks, this.#held);
    const rest = bytes.subarray(this.#takeAll(bytes, take));
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
  }

  /** Takes the complete frames. Returns the start of the first incomplete one. */
  #takeAll(bytes: Uint8Array, take: (frame: PipeFrame) => void): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    this.#needed = header;
    while (bytes.length - at >= header) {
      const length = view.getUint32(at, true);
      if (length > this.#bodyMax) throw new RangeError(`a frame of ${length} bytes is longer than ${this.#bodyMax}`);
      if (bytes.length - at < header + length) {
        this.#needed = header + length;
        break;
      }
      const from = at + header;
      at = from + length;
      invariant(at <= bytes.length, 'a frame is taken only once it is whole');
      take({ kind: view.getUint32(from - 4, true), body: bytes.subarray(from, at) });
    }
    return at;
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
