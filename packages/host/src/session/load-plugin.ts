// Imports a plugin's module and finds the plugin in it.

import type { Plugin } from '@gatehouse/plugin-api';
import { importOnce } from '../node-internals/import-once.js';
import { offerPluginApi } from './offered-api.js';
import { withPlace } from './syntax-error.js';
import {
  apply,
  functionToString,
  getOwnPropertyNames,
  getPrototypeOf,
  isArray,
  isPromise,
  objectPrototype,
} from './taken.js';
import { threadStart } from './thread-start.js';

/** A plugin as found in its module. */
export interface LoadedPlugin {
  readonly plugin: Plugin;
  /** Names of its handlers, even those that are not hooks. */
  readonly hooks: readonly string[];
  /** Names of its other members, at most `othersMax`. */
  readonly others: readonly string[];
}

/** Imports the module at `entry`. Rejects with a readable reason if it does not export a plugin. */
export async function loadPlugin(entry: string, hookNames: readonly string[]): Promise<LoadedPlugin> {
  await offerPluginApi(entry);
  showSources();
  const module: unknown = await importOnce(entry).catch((error) => {
    throw withPlace(error);
  });
  const plugin = pluginIn(module, entry, hookNames);
  const { hooks, others } = membersOf(plugin, hookNames);
  // A handler that cannot be called would be a guard that silently does nothing.
  for (let i = 0; i < hooks.length; i++) {
    if (typeof memberOf(plugin, hooks[i]!) !== 'function') throw new TypeError(`its ${hooks[i]} is not a function`);
  }
  return { plugin, hooks, others };
}

/** Returns the default export. In a CommonJS module compiled from an ES module, it is one level deeper. */
function pluginIn(module: unknown, entry: string, hookNames: readonly string[]): Plugin {
  const found = defaultOf(module);
  const kind = kindOf(found);
  if (kind !== 'object') {
    throw new TypeError(`${entry} exports no plugin: its default export has to be definePlugin({ … })${hints[kind]}`);
  }
  const inner = defaultOf(found);
  const isCompiled = kindOf(inner) === 'object' && membersOf(found as Plugin, hookNames).hooks.length === 0;
  return (isCompiled ? inner : found) as Plugin;
}

/** The kinds of default exports. All but `object` are mistakes. */
type Kind = 'object' | 'missing' | 'array' | 'promise' | 'class' | 'function' | 'null' | 'text' | 'other';

function kindOf(value: unknown): Kind {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'function') return isClass(value) || hasHandlers(value) ? 'class' : 'function';
  if (typeof value !== 'object') return 'other';
  if (isPromise(value)) return 'promise';
  return isArray(value) ? 'array' : 'object';
}

const hints: Readonly<Record<Kind, string>> = {
  object: '',
  missing: ', and it has none',
  array: ', and is an array',
  promise: ', and is a promise: await it, as in `export default await …`',
  class: ', and is a class: export an object of it, as in `export default new …()`',
  function: ', and is a function: export what it returns',
  null: ', and is null',
  text: ', and is text',
  other: ', and is no object',
};

/** Whether it is a class, which cannot be called like a handler. Only its text distinguishes it from a function. */
function isClass(value: object): boolean {
  const text: string = apply(functionToString, value as never, []);
  return text[0] === 'c' && text[1] === 'l' && text[2] === 'a' && text[3] === 's' && text[4] === 's';
}

/** Whether it is a class of before there was the word for it: its prototype has handlers. */
function hasHandlers({ prototype }: { readonly prototype?: unknown }): boolean {
  if (typeof prototype !== 'object' || prototype === null) return false;
  const names = getOwnPropertyNames(prototype);
  for (let i = 0; i < names.length && i < othersMax; i++) if (isHandlerName(names[i]!)) return true;
  return false;
}

function defaultOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (value as { default?: unknown }).default : undefined;
}

/** The most other members that are looked at. */
const othersMax = 100;

/**
 * Returns the names of the plugin's handlers, which are its members named `on…`, and of its other members, its own or
 * from its class. The known hooks are looked up by name, so that nothing can hide them. Uses no methods of built-ins,
 * because the plugin may have broken them.
 */
function membersOf(
  plugin: Plugin,
  hookNames: readonly string[],
): { readonly hooks: readonly string[]; readonly others: readonly string[] } {
  const hooks: string[] = [];
  const others: string[] = [];
  for (let i = 0; i < hookNames.length; i++)
    if (memberOf(plugin, hookNames[i]!) !== undefined) put(hooks, hookNames[i]!);
  for (let owner: object | null = plugin; owner !== null && owner !== objectPrototype; owner = getPrototypeOf(owner)) {
    const names = getOwnPropertyNames(owner);
    for (let i = 0; i < names.length && others.length < othersMax; i++) {
      const name = names[i]!;
      // Only a handler's value is read, because reading another member could do anything.
      if (!isHandlerName(name)) put(others, name);
      else if (memberOf(plugin, name) !== undefined) put(hooks, name);
    }
  }
  return { hooks, others };
}

function put(names: string[], name: string): void {
  for (let i = 0; i < names.length; i++) if (names[i] === name) return;
  names[names.length] = name;
}

/** Whether it is `on` and a capital letter. */
const isHandlerName = (name: string) => name[0] === 'o' && name[1] === 'n' && name[2]! >= 'A' && name[2]! <= 'Z';

function memberOf(plugin: Plugin, name: string): unknown {
  return (plugin as Readonly<Record<string, unknown>>)[name];
}

/** Applies the source maps of what is loaded from now on to stacks, so that places are those of the plugin's sources. */
function showSources(): void {
  if (threadStart !== undefined) process.setSourceMapsEnabled(true);
}
