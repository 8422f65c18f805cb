// The rows of a table of hooks, and the types that derive from them.

import type { AnyCodec, Codec, ValueOf } from './codec/index.js';

/**
 * - `gate`: asked before an event takes effect; the server waits for the verdict.
 * - `observer`: told afterwards; nothing waits for it, and its return value is ignored.
 */
export type HookKind = 'gate' | 'observer';

/** One row of a table. */
export interface HookRow<K extends HookKind = HookKind, C extends AnyCodec = AnyCodec, R = unknown> {
  readonly kind: K;
  /** A record, or a list of records. */
  readonly codec: C;
  /** The field by which the threads of one plugin share the work: equal values meet on one thread, in order. */
  readonly by: string;
  /** The fields in the log line of an event that was admitted without a verdict. */
  readonly log: readonly string[];
  /** What a Reject of this hook carries besides its reason; absent: nothing. */
  readonly reject?: Codec<R> | undefined;
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
  /** What a Reject carries besides its reason: a record of bounded size, such as `record({ code: u8 })`. */
  readonly reject?: AnyCodec;
}

/** A row for a hook that is asked. */
export function gate<C extends AnyCodec>(codec: C, options: GateOptions<ValueOf<C>>): HookRow<'gate', C, undefined>;
export function gate<C extends AnyCodec, R>(
  codec: C,
  options: GateOptions<ValueOf<C>> & { readonly reject: Codec<R> },
): HookRow<'gate', C, R>;
export function gate(
  codec: AnyCodec,
  options: GateOptions<never> & { readonly reject?: AnyCodec },
): HookRow<'gate', AnyCodec, unknown> {
  return { kind: 'gate', codec, by: keyOf('gate', options), log: options.log ?? [], reject: options.reject };
}

/** A row for a hook that is told. */
export function observer<C extends AnyCodec>(codec: C, options: ObserverOptions<ValueOf<C>>): HookRow<'observer', C> {
  return { kind: 'observer', codec, by: keyOf('observer', options), log: [] };
}

/** Name of a hook, or of the hooks of one kind. */
export type HookNameIn<T extends HookTable, K extends HookKind = HookKind> = string extends keyof T
  ? string
  : { [N in keyof T]: T[N] extends HookRow<K> ? N : never }[keyof T] & string;

/** What a Reject of a hook carries: undefined where its row declares nothing. */
export type RejectDataIn<T extends HookTable, N extends keyof T> =
  T[N] extends HookRow<'gate', AnyCodec, infer R> ? R : undefined;

/** The event that a hook carries. */
export type EventIn<T extends HookTable, N extends keyof T> = ValueOf<T[N]['codec']>;

function keyOf(kind: HookKind, options: { readonly by?: unknown } | undefined): string {
  if (typeof options?.by === 'string') return options.by;
  throw new TypeError(`${kind}: name the field that decides the thread, as in ${kind}(event, { by: 'client' })`);
}
