// The shape of a row in the table of settings, and the three ways to make one.

import type { OptionKind, OptionRow, RowWithDefault, ValueOf } from '@gatehouse/host';
import type { SettingKind } from '../kinds.js';

export interface SettingRow<T> {
  readonly kind: SettingKind<T>;
  readonly default: T;
  readonly about: string;
  /** Describes the default where its value would mean nothing to other people. */
  readonly defaultText?: string;
  /** Its value is never shown. */
  readonly secret?: boolean;
  /** A change is applied while the server runs: whoever uses the value reads it from `LiveSettings` at each use. */
  readonly live?: boolean;
  /** The host option that the setting sets: it defines the kind, the text, and usually the default. */
  readonly option?: OptionRow<OptionKind<unknown>>;
}

/** Infers the type of the value from the default, so that a row can have a wider type than its kind reads. */
export function row<T>(row: SettingRow<T>): SettingRow<T> {
  return row;
}

type KindOf<K> = (kind: K) => SettingKind<ValueOf<K>>;

/** A row for a host option whose default differs here. */
export function ofOption<K extends OptionKind<unknown>>(option: OptionRow<K>, kindOf: KindOf<K>, page?: string) {
  const about = page === undefined ? option.about : `${option.about} (${page})`;
  return { kind: kindOf(option.kind), about, option };
}

/** A row that takes everything from a host option; `page` explains it to operators. */
export function optionRow<K extends OptionKind<unknown>>(
  option: RowWithDefault<K>,
  kindOf: KindOf<K>,
  page?: string,
): SettingRow<ValueOf<K>> {
  return { ...ofOption(option, kindOf, page), default: option.default };
}

export const notSet: string | undefined = undefined;
