// Tables of options, with a row for each, in groups; the type of the options, and of the options with their defaults.

import type { OptionKind, ValueOf } from './kinds.js';

export interface OptionRow<K> {
  readonly kind: K;
  /** The purpose of the option: plain English, no full stop at the end. */
  readonly about: string;
  /** Describes the default if the table cannot contain its value. */
  readonly defaultText?: string;
  readonly required?: true;
}

export interface RowWithDefault<K> extends OptionRow<K> {
  readonly default: ValueOf<K>;
}

/** Options that are given together as one object. */
export interface OptionGroup {
  readonly rows: OptionTable;
}

export type OptionEntry = OptionRow<OptionKind<unknown>> | RowWithDefault<OptionKind<unknown>> | OptionGroup;

export interface OptionTable {
  readonly [name: string]: OptionEntry;
}

/** Returns the row. Checks the type of its default. */
export function row<K extends OptionKind<unknown>>(row: {
  readonly kind: K;
  readonly default: NoInfer<ValueOf<K>>;
  readonly about: string;
}): RowWithDefault<K> {
  return row;
}

type Required = { readonly required: true };
type Given<E> = E extends { readonly rows: infer T } ? OptionsOf<T> : E extends OptionRow<infer K> ? ValueOf<K> : never;
type Flat<T> = { [N in keyof T]: T[N] };

/** The options as given: those that are not required may be left out. */
export type OptionsOf<T> = Flat<
  { readonly [N in keyof T as T[N] extends Required ? N : never]: Given<T[N]> } & {
    readonly [N in keyof T as T[N] extends Required ? never : N]?: Given<T[N]>;
  }
>;

/** The options with their defaults: only those that have none can be undefined. */
export type CompleteOf<T> = {
  readonly [N in keyof T]: T[N] extends { readonly rows: infer R }
    ? CompleteOf<R>
    : T[N] extends Required | { readonly default: unknown }
      ? Given<T[N]>
      : Given<T[N]> | undefined;
};
