// The events of one gate call or several, each encoded once for all the plugins that are asked.

import { type AnyCodec, Cursor } from '@gatehouse/plugin-api/codec';
import { GatehouseError, messageOf } from '../contract/errors.js';

/** The capacity of one call. */
export interface CallSize {
  readonly frames: number;
  readonly bytes: number;
}

export class EventFrames {
  readonly #hook: string;
  readonly #codec: AnyCodec;
  readonly #call: CallSize;
  #cursor: Cursor;
  #words: Int32Array;
  #starts: Int32Array;

  constructor(hook: string, codec: AnyCodec, call: CallSize) {
    this.#hook = hook;
    this.#codec = codec;
    this.#call = call;
    this.#words = new Int32Array(call.bytes / 4);
    this.#starts = new Int32Array(call.frames + 1);
    this.#cursor = new Cursor(new Uint8Array(this.#words.buffer));
  }

  /** The frames, each padded to whole words. */
  get words(): Int32Array {
    return this.#words;
  }

  /** The word at which each frame starts, with one entry more than frames: a frame ends where the next one starts. */
  get starts(): Int32Array {
    return this.#starts;
  }

  /**
   * Encodes all of `events`, which checks them all before a plugin is asked about the first.
   * @throws GatehouseError EVENT_INVALID naming the field.
   */
  encode(events: readonly unknown[]): void {
    const codec = this.#codec;
    this.#makeRoom(events.length, codec.maxSize);
    const cursor = this.#cursor;
    cursor.at = 0;
    for (let i = 0; i < events.length; i++) {
      this.#write(codec, events, i);
      cursor.at = (cursor.at + 3) & ~3;
      this.#starts[i + 1] = cursor.at >>> 2;
    }
  }

  /** Returns a copy of the frame of an event that was encoded alone. */
  single(): Int32Array {
    return this.#words.slice(0, this.#starts[1]);
  }

  /** Returns a private copy of the event that was encoded alone. */
  decoded(): unknown {
    this.#cursor.at = 0;
    return this.#codec.read(this.#cursor);
  }

  /** Takes frames that were encoded before, one after the other. They fit into one call. */
  load(frames: readonly Int32Array[]): void {
    let at = 0;
    for (const [i, frame] of frames.entries()) {
      this.#words.set(frame, at);
      at += frame.length;
      this.#starts[i + 1] = at;
    }
  }

  /** Counts how many of `count` frames, from the one at `from` on, fit into one call. */
  fitting(from: number, count: number): number {
    const wordsMax = this.#call.bytes >>> 2;
    const end = Math.min(count, from + this.#call.frames);
    let to = from;
    while (to < end && this.#starts[to + 1]! - this.#starts[from]! <= wordsMax) to++;
    return to - from;
  }

  /** Keeps the room for a batch, because the next one needs it again. */
  #makeRoom(count: number, maxSize: number): void {
    const words = count * ((maxSize + 3) >>> 2);
    if (maxSize > this.#call.bytes) this.#refuse(maxSize);
    if (count >= this.#starts.length) this.#starts = new Int32Array(count + 1);
    if (words <= this.#words.length) return;
    this.#words = new Int32Array(words);
    this.#cursor = new Cursor(new Uint8Array(this.#words.buffer));
  }

  #refuse(bytes: number): never {
    const message = `${this.#hook}: an event takes up to ${bytes} bytes, more than the ${this.#call.bytes} of a lane`;
    throw new GatehouseError('EVENT_INVALID', message, { hook: this.#hook });
  }

  #write(codec: AnyCodec, events: readonly unknown[], index: number): void {
    try {
      codec.write(this.#cursor, events[index]);
    } catch (error) {
      const which = events.length > 1 ? `event ${index}: ` : '';
      const message = `${this.#hook}: ${which}${messageOf(error)}`;
      throw new GatehouseError('EVENT_INVALID', message, { hook: this.#hook, cause: error });
    }
  }
}
