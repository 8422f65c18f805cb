// The rows of a table of hooks, and the types that derive from them.

import type { AnyCodec, ValueOf } from './codec/index.js';

/**
 * - `gate`: asked before an event takes effect; the server waits for the verdict.
 * - `observer`: told afterwards; nothing waits for it, and its return value is ignored.
 */
export type HookKind = 'gate' | 'observer';

/** One row of a table. */
export interface HookRow<K extends HookKind = HookKind, C extends AnyCodec = AnyCodec> {
  readonly kind: K;
  /** A record, or a list of records. */
  readonly codec: C;
  /** The field by which the threads of one plugin share the work: equal values meet on one thread, in order. */
  readonly by: string;
  /** The fields in the log line of an event that was admitted without a verdict. */
  readonly log: readonly string[];
}

/** A table of hooks as rows by name. */
export type HookTable = Readonly<Record<string, HookRow>>;

type FieldOf<E> = keyof (E extends readonly (infer Item)[] ? Item : E) & string;

export interface ObserverOptions<E> {
  readonly by: FieldOf<E>;
}

export interface GateOptions<E> extends ObserverOptions<E> {
  /** None by default. An event on record has to be found again, so name what identifies it. */
  readonly log?: readonly FieldOf<E>[];
}

/** A row for a hook that is asked. */
export function gate<C extends AnyCodec>(codec: C, options: GateOptions<ValueOf<C>>): HookRow<'gate', C> {
  return { kind: 'gate', codec, by: keyOf('gate', options), log: options.log ?? [] };
}

/** A row for a hook that is told. */
export function observer<C extends AnyCodec>(codec: C, options: ObserverOptions<ValueOf<C>>): HookRow<'observer', C> {
  return { kind: 'observer', codec, by: keyOf('observer', options), log: [] };
}

/** Name of a hook, or of the hooks of one kind. */
export type HookNameIn<T extends HookTable, K extends HookKind = HookKind> = string extends keyof T
  ? string
  : { [N in keyof T]: T[N] extends HookRow<K> ? N : never }[keyof T] & string;

/** The event that a hook carries. */
export type EventIn<T extends HookTable, N extends keyof T> = ValueOf<T[N]['codec']>;

function keyOf(kind: HookKind, options: { readonly by?: unknown } | undefined): string {
  if (typeof options?.by === 'string') return options.by;
  throw new TypeError(`${kind}: name the field that decides the thread, as in ${kind}(event, { by: 'client' })`);
}
