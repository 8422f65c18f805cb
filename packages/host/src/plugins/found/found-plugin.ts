// The kinds of entries in plugin folders.

import type { Manifest } from './manifest.js';

/** A plugin that can be loaded, as far as can be checked without running it. */
export interface ValidPlugin {
  readonly kind: 'valid';
  readonly name: string;
  readonly title: string;
  /** From its package.json; empty for a single file. */
  readonly version: string;
  /** Its folder or file, absolute. */
  readonly path: string;
  /** The plugin folder of the options that contains it, absolute. */
  readonly folder: string;
  /** The file to import, absolute, with links resolved. */
  readonly entry: string;
  readonly manifest: Manifest;
}

/** An entry that was clearly meant to be a plugin, and is broken. */
export interface InvalidPlugin {
  readonly kind: 'invalid';
  /** Its name, as far as known. It may be one that a plugin must not have. */
  readonly name: string;
  readonly path: string;
  /** The fault, for the operator. */
  readonly reason: string;
  /** Set if only its place is wrong: it is used once an operator accepts it. */
  readonly claimant?: ValidPlugin;
}

/** A wanted plugin that was not found. */
export interface MissingPlugin {
  readonly kind: 'missing';
  readonly name: string;
  /** The path at which it was expected; empty if unspecified. */
  readonly path: string;
  /** A description of what was found in its place, for the operator. */
  readonly reason: string;
}

export type FoundPlugin = ValidPlugin | InvalidPlugin;

/** The result of a scan for one name. */
export type Sighting = FoundPlugin | MissingPlugin;

/** An entry that is not a plugin, but could be the remains of one. */
export interface PassedOver {
  /** The name that it would have. */
  readonly name: string;
  readonly path: string;
  /** The reason why it is not a plugin. */
  readonly why: string;
}

export interface UnreadableFolder {
  readonly folder: string;
  /** The reason why it cannot be read. */
  readonly why: string;
}

/** The contents of plugin folders. */
export interface Findings {
  readonly plugins: readonly FoundPlugin[];
  readonly passedOver: readonly PassedOver[];
  /** Folders whose contents are unknown at the moment. */
  readonly unreadable: readonly UnreadableFolder[];
}

const safeName = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** The rule for names, for messages. */
export const nameRule = 'a-z, 0-9, ".", "_" and "-", first a letter or digit, at most 64 in all';

/** Names appear in addresses, files and logs, and as keys of objects, so `constructor` is not allowed. */
export function isPluginName(name: string): boolean {
  return safeName.test(name) && !(name in {});
}
