// The plugins that the options want to run: by name, by path, or only if they are found.

import { basename, extname, resolve } from 'node:path';
import { endings } from './found/single-files.js';

export interface WishOptions {
  /** Names, or paths such as `./plugins/guard`; missing if not found. */
  readonly enabledAtFirst: readonly string[];
  /** Names from defaults instead of an operator: they apply only if such a plugin is found. */
  readonly enabledIfFound: readonly string[];
}

/** The parts of a plugin that a wish is compared with. */
interface Candidate {
  readonly name: string;
  readonly path: string;
}

/** A plugin that is wanted. */
export interface Wish {
  readonly name: string;
  /** Absolute; undefined if it may be anywhere. */
  readonly path?: string;
}

export class Wishes {
  /** The wishes of operators: a plugin that is not found is missing. */
  readonly firm: readonly Wish[];
  readonly #ifFound: readonly string[];

  constructor({ enabledAtFirst, enabledIfFound }: WishOptions) {
    this.firm = enabledAtFirst.map(wishOf);
    this.#ifFound = enabledIfFound;
  }

  /** Whether this plugin runs if the state file does not mention it. */
  include(plugin: Candidate): boolean {
    return this.firm.some((wish) => isMet(wish, plugin)) || this.#ifFound.includes(plugin.name);
  }

  /** Whether a wish names the plugin by this exact path. */
  namePath(path: string): boolean {
    return this.firm.some((wish) => wish.path === path);
  }
}

export function isMet(wish: Wish, plugin: Candidate): boolean {
  return wish.path === undefined ? wish.name === plugin.name : wish.path === plugin.path;
}

/** Parses an entry as a name or a path. A name never contains a slash. */
function wishOf(entry: string): Wish {
  if (!/[/\\]/.test(entry)) return { name: entry };
  const path = resolve(entry);
  const file = endings.includes(extname(path)) ? extname(path) : '';
  return { name: basename(path, file), path };
}
