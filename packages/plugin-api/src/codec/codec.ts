// The interface of codecs. It is independent of hooks and threads.

import type { Cursor } from './cursor.js';
import type { FieldDescription } from './description.js';

/** Encodes one type of value so that it can cross between threads. */
export interface Codec<T> {
  /** The same as plain data, from which `codecOf` makes the codec again. */
  readonly description: FieldDescription;
  /** Fewest bytes that a value takes, at least 1: a count of items that claims more than there is room for is wrong. */
  readonly minSize: number;
  /** Most bytes that a value takes; infinite for a list without a limit. */
  readonly maxSize: number;
  /**
   * Checks the value, writes it at `cursor.at`, where `maxSize` bytes have to be free, and advances the cursor. Checks
   * and writes in one step, because this is the gate's hot path; after an error, the bytes written are garbage.
   * @throws EventError naming the field that does not fit.
   */
  write(cursor: Cursor, value: T): void;
  /**
   * Reads at `cursor.at` and advances the cursor. The value is private to the reader and may be kept.
   * @throws EventError, or RangeError beyond the end, for bytes that no value has. See `readWhole` for hostile bytes.
   */
  read(cursor: Cursor): T;
}

/** A codec of any type, for places where the type of the values is not known. */
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
