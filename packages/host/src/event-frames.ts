// The events of one gate call, encoded once for all the plugins that are asked.

import type { EventOf, HookName } from '@gatehouse/plugin-api';
import { type AnyCodec, Cursor } from '@gatehouse/plugin-api/codec';
import { hooks } from '@gatehouse/plugin-api/hooks';
import { GatehouseError, messageOf } from './errors.js';

export class EventFrames {
  /** The frames, each padded to whole words. */
  readonly words: Int32Array;
  /** Word at which each frame starts; one more than there are frames, so that a frame's end is the next one's start. */
  readonly starts: Int32Array;
  readonly #hook: HookName;
  readonly #cursor: Cursor;

  constructor(hook: HookName, framesMax: number, bytesMax: number) {
    this.words = new Int32Array(bytesMax / 4);
    this.starts = new Int32Array(framesMax + 1);
    this.#hook = hook;
    this.#cursor = new Cursor(new Uint8Array(this.words.buffer));
  }

  /** The most frames that there may be room for. */
  get most(): number {
    return this.starts.length - 1;
  }

  /**
   * Encodes `events` from `from` on, as many as there is room for, and returns how many that were: at least one.
   * @throws GatehouseError EVENT_INVALID naming the field; nothing has been asked then.
   */
  encode(events: readonly EventOf<HookName>[], from: number): number {
    const { codec } = hooks[this.#hook];
    const most = Math.min(this.most, events.length - from);
    this.#cursor.at = 0;
    for (let i = 0; i < most; i++) {
      if (this.#cursor.at + codec.maxSize > this.words.byteLength) return this.#full(i);
      this.#write(codec, events, from + i);
      this.#cursor.at = (this.#cursor.at + 3) & ~3;
      this.starts[i + 1] = this.#cursor.at >>> 2;
    }
    return most;
  }

  #write(codec: AnyCodec, events: readonly EventOf<HookName>[], index: number): void {
    try {
      codec.write(this.#cursor, events[index]);
    } catch (error) {
      const which = events.length > 1 ? `event ${index}: ` : '';
      const message = `${this.#hook}: ${which}${messageOf(error)}`;
      throw new GatehouseError('EVENT_INVALID', message, { hook: this.#hook, cause: error });
    }
  }

  #full(encoded: number): number {
    if (encoded > 0) return encoded;
    const message = `${this.#hook}: an event takes more than the ${this.words.byteLength} bytes of a lane`;
    throw new GatehouseError('EVENT_INVALID', message, { hook: this.#hook });
  }
}
