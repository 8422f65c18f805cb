// The bounded queue of observer events: one producer, one consumer, bytes in shared memory.
//
// RING_HEAD and RING_TAIL count bytes ever written and ever read, modulo 2^32; their difference is the content of the
// ring. A frame is contiguous: if the rest of the ring is too short for it, that rest is skipped.
//
//   byte  0   size of the whole frame with its padding, or SKIP: go on at the start of the ring
//         4   wire id of the hook
//         8   events dropped since the last frame that fitted, over all hooks: the consumer's gap
//        12   the event's bytes, then padding to 8

import { invariant } from '@gatehouse/support/invariant';
import { Bell } from './bell.js';
import { type Channel, word } from './layout.js';

const header = 12;
const SKIP = -1;
const align8 = (n: number) => (n + 7) & ~7;

/** The server's end. It never blocks: it refuses a frame that does not fit. */
export class RingWriter {
  readonly #channel: Channel;
  readonly #bell: Bell;
  readonly #words: Int32Array;
  readonly #mask: number;
  #head = 0;
  #gap = 0;
  #written = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#bell = new Bell(channel.control, word.BELL, word.STANCE);
    this.#words = new Int32Array(channel.memory, channel.ring.byteOffset, channel.sizes.ringBytes / 4);
    this.#mask = channel.sizes.ringBytes - 1;
  }

  /** Adds events that were dropped before they came here to the gap before the next frame. */
  missed(events: number): void {
    this.#gap += events;
  }

  /** Number of events ever written. */
  get written(): number {
    return this.#written;
  }

  /**
   * Adds a frame: the first `length` bytes of `bytes`, which contain `events` events. Returns false if it does not fit;
   * its events are then part of the gap that the next frame carries.
   */
  write(hook: number, bytes: Uint8Array, length: number, events: number): boolean {
    invariant(length <= bytes.length, 'a frame has the bytes that it says');
    const size = align8(header + length);
    const start = this.#reserve(size);
    if (start < 0) {
      this.#gap += events;
      return false;
    }
    const at = start >>> 2;
    this.#words[at] = size;
    this.#words[at + 1] = hook;
    this.#words[at + 2] = this.#gap;
    this.#gap = 0;
    this.#channel.ring.set(length === bytes.length ? bytes : bytes.subarray(0, length), start + header);
    this.#written += events;
    this.#advance(size);
    this.#bell.ringIfParked();
    return true;
  }

  /** Returns the offset of `size` contiguous free bytes, or -1. */
  #reserve(size: number): number {
    const { control, sizes } = this.#channel;
    const used = (this.#head - Atomics.load(control, word.RING_TAIL)) >>> 0;
    // If a hostile session moved the tail past the head, more than the whole ring seems used: nothing is free then.
    const free = used > sizes.ringBytes ? 0 : sizes.ringBytes - used;
    const start = this.#head & this.#mask;
    const rest = sizes.ringBytes - start;
    if (size <= rest) return size <= free ? start : -1;
    if (rest + size > free) return -1;
    this.#words[start >>> 2] = SKIP;
    this.#advance(rest);
    return 0;
  }

  #advance(bytes: number): void {
    this.#head = (this.#head + bytes) | 0;
    Atomics.store(this.#channel.control, word.RING_HEAD, this.#head);
  }
}

/** The session's end: `next` moves to an event, which stays in place until `release` frees its room. */
export class RingReader {
  /** The hook of the event at hand, and the number of events dropped between the previous one and this one. */
  hook = 0;
  gap = 0;
  /** The offset of its bytes in the ring. */
  at = 0;
  readonly #channel: Channel;
  readonly #words: Int32Array;
  readonly #mask: number;
  #tail = 0;
  #size = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#words = new Int32Array(channel.memory, channel.ring.byteOffset, channel.sizes.ringBytes / 4);
    this.#mask = channel.sizes.ringBytes - 1;
  }

  /** Its size in bytes, including its padding. */
  get length(): number {
    return this.#size - header;
  }

  hasFrame(): boolean {
    return Atomics.load(this.#channel.control, word.RING_HEAD) !== this.#tail;
  }

  /** Moves to the next event. Returns false if there is none. */
  next(): boolean {
    while (this.hasFrame()) {
      const start = this.#tail & this.#mask;
      const first = start >>> 2;
      this.#size = this.#words[first]!;
      if (this.#size === SKIP) {
        this.#size = this.#channel.sizes.ringBytes - start;
        this.#advance();
        continue;
      }
      invariant(this.#size >= header && start + this.#size <= this.#words.byteLength, 'a frame lies within its ring');
      this.hook = this.#words[first + 1]!;
      this.gap = this.#words[first + 2]!;
      this.at = start + header;
      return true;
    }
    return false;
  }

  /** Returns the room of the event at hand to the producer. Its bytes must not be read any more. */
  release(): void {
    this.#advance();
  }

  /** Called when a count in the control block rose without a frame being read. Shared memory needs nothing more. */
  counted(): void {}

  #advance(): void {
    this.#tail = (this.#tail + this.#size) | 0;
    Atomics.store(this.#channel.control, word.RING_TAIL, this.#tail);
  }
}
