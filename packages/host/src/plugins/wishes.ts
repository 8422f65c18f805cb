// Which plugins the options want to run: by name, by path, or only where they are found.

import { basename, extname, resolve } from 'node:path';

export interface WishOptions {
  /** Names, or paths such as `./plugins/guard`; missing if not found. */
  readonly enabledAtFirst: readonly string[];
  /** Names that are somebody's default and not an operator's word: they hold where such a plugin is found. */
  readonly enabledIfFound: readonly string[];
}

/** The plugin as far as a wish can tell it. */
interface Candidate {
  readonly name: string;
  readonly path: string;
}

/** A plugin that is to be there. */
export interface Wish {
  readonly name: string;
  /** Absolute; undefined where it may stand anywhere. */
  readonly path?: string;
}

export class Wishes {
  /** By operators; each has to be there. */
  readonly firm: readonly Wish[];
  readonly #ifFound: readonly string[];

  constructor({ enabledAtFirst, enabledIfFound }: WishOptions) {
    this.firm = enabledAtFirst.map(wishOf);
    this.#ifFound = enabledIfFound;
  }

  /** Whether this plugin is to run where nobody has said anything else. */
  include(plugin: Candidate): boolean {
    return this.firm.some((wish) => isMet(wish, plugin)) || this.#ifFound.includes(plugin.name);
  }

  /** Whether just the plugin at this path is named. */
  namePath(path: string): boolean {
    return this.firm.some((wish) => wish.path === path);
  }
}

export function isMet(wish: Wish, plugin: Candidate): boolean {
  return wish.path === undefined ? wish.name === plugin.name : wish.path === plugin.path;
}

/** No name of a plugin holds a slash. */
function wishOf(entry: string): Wish {
  if (!/[/\\]/.test(entry)) return { name: entry };
  const path = resolve(entry);
  const file = ['.js', '.mjs'].includes(extname(path)) ? extname(path) : '';
  return { name: basename(path, file), path };
}
