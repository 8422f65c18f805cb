// What a codec is: how one type of value crosses between threads. It knows no hook and no thread.

import type { Cursor } from './cursor.js';

/** How one type of value crosses between threads. */
export interface Codec<T> {
  /** Most bytes that a value takes; infinite for a list. */
  readonly maxSize: number;
  /**
   * Checks the value and writes it at `cursor.at`, where `maxSize` bytes have to be free, and moves on. Checking and
   * writing are one, as this is the gate's hot path; after an error, what was written so far is of no use.
   * @throws EventError naming the field that does not fit.
   */
  write(cursor: Cursor, value: T): void;
  /** Reads at `cursor.at` and moves on. What it returns is private to the reader and may be kept. */
  read(cursor: Cursor): T;
}

/** A codec of whatever: the place where bytes become values, and their type is not known. */
// biome-ignore lint/suspicious/noExplicitAny: a codec both takes and gives its value, so no narrower type fits them all
export type AnyCodec = Codec<any>;

/** The type of value that a codec carries. */
export type ValueOf<C> = C extends Codec<infer T> ? T : never;

/** A field that may be absent from its record. */
export interface OptionalCodec<T> extends Codec<T | undefined> {
  readonly optional: true;
}

/** A codec for lists, which can be cut into pieces between items. */
export interface ListCodec<T> extends Codec<readonly T[]> {
  readonly item: Codec<T>;
}
