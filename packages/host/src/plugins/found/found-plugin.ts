// What an entry of a plugin folder turned out to be.

import type { Manifest } from './manifest.js';

/** A plugin that can be loaded, as far as can be told without running it. */
export interface ValidPlugin {
  readonly kind: 'valid';
  readonly name: string;
  readonly title: string;
  /** As its package.json says; empty for a single file. */
  readonly version: string;
  /** The folder or file it was found as, absolute. */
  readonly path: string;
  /** The plugin folder of the options that it was found in, absolute. */
  readonly folder: string;
  /** The file to import, absolute, with links followed. */
  readonly entry: string;
  readonly manifest: Manifest;
}

/** A plugin that was clearly meant to be one, and is broken. */
export interface InvalidPlugin {
  readonly kind: 'invalid';
  /** What it would be called, as far as known. Need not be a name that a plugin may have. */
  readonly name: string;
  readonly path: string;
  /** What is wrong with it, for the operator. */
  readonly reason: string;
  /** Set where nothing is wrong with it but its place: it is taken once an operator accepts it. */
  readonly claimant?: ValidPlugin;
}

/** A plugin that is to run and was not found. */
export interface MissingPlugin {
  readonly kind: 'missing';
  readonly name: string;
  /** Where it was expected; empty where nobody said. */
  readonly path: string;
  /** What was found in its place, for the operator. */
  readonly reason: string;
}

export type FoundPlugin = ValidPlugin | InvalidPlugin;

/** What a look through the folders says of one name. */
export type Sighting = FoundPlugin | MissingPlugin;

/** An entry that is no plugin, and could be what is left of one. */
export interface PassedOver {
  /** What it would be called. */
  readonly name: string;
  readonly path: string;
  /** Why it is none. */
  readonly why: string;
}

export interface UnreadableFolder {
  readonly folder: string;
  /** Why it cannot be read. */
  readonly why: string;
}

/** What plugin folders hold. */
export interface Findings {
  readonly plugins: readonly FoundPlugin[];
  readonly passedOver: readonly PassedOver[];
  /** Of these nothing is known at the moment. */
  readonly unreadable: readonly UnreadableFolder[];
}

const safeName = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** What names may look like, for messages. */
export const nameRule = 'a-z, 0-9, ".", "_" and "-", first a letter or digit, at most 64 in all';

/** Names stand in addresses, files and logs, and as keys of objects: `constructor` is not one. */
export function isPluginName(name: string): boolean {
  return safeName.test(name) && !(name in {});
}
