// Imports a plugin's module and finds the plugin in it.

import * as modules from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Plugin } from '@gatehouse/plugin-api';

const apiPackage = '@gatehouse/plugin-api';

/** The plugin that the module at `entry` exports. Rejects with a readable reason when there is none. */
export async function loadPlugin(entry: string): Promise<Plugin> {
  offerPluginApi(entry);
  const module: unknown = await import(entry).catch((error) => {
    throw placed(error, entry);
  });
  const plugin = pluginIn(module);
  if (plugin === undefined) {
    throw new TypeError(`${entry} exports no plugin: its default export has to be definePlugin({ … })`);
  }
  refuseWhatIsNoFunction(plugin);
  return plugin;
}

/** Node does not say of a module that it cannot read which one it is, other than where it ends the process. */
function placed(error: unknown, entry: string): unknown {
  if (!(error instanceof SyntaxError) || /^\s*at (?!.*\bnode:)/m.test(error.stack ?? '')) return error;
  const said = `${error.message} (in ${fileURLToPath(entry)}, or what it imports: node --check FILE shows the line)`;
  return new SyntaxError(said, { cause: error });
}

/** The default export; that of a CommonJS module in which an ES module was compiled stands one level deeper. */
function pluginIn(module: unknown): Plugin | undefined {
  const found = defaultOf(module);
  return isPlugin(found) ? found : isPlugin(defaultOf(found)) ? (defaultOf(found) as Plugin) : undefined;
}

function defaultOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (value as { default?: unknown }).default : undefined;
}

/** Anything with a handler, or stamped by `definePlugin`; whether the handlers are known hooks is the handshake's. */
function isPlugin(value: unknown): value is Plugin {
  return (
    typeof value === 'object' && value !== null && ('apiVersion' in value || handlerNames(value as Plugin).length > 0)
  );
}

/** Names of the plugin's handlers: what it has under `on…`, itself or from its class. */
export function handlerNames(plugin: Plugin): readonly string[] {
  const names = new Set<string>();
  for (let owner: object = plugin; owner !== Object.prototype && owner !== null; owner = Object.getPrototypeOf(owner)) {
    for (const name of Object.getOwnPropertyNames(owner)) if (/^on[A-Z]/.test(name)) names.add(name);
  }
  return [...names].filter((name) => memberOf(plugin, name) !== undefined);
}

/** A handler that cannot be called would be a guard that its author only believes in. */
function refuseWhatIsNoFunction(plugin: Plugin): void {
  const odd = handlerNames(plugin).find((name) => typeof memberOf(plugin, name) !== 'function');
  if (odd !== undefined) throw new TypeError(`its ${odd} is not a function`);
}

function memberOf(plugin: Plugin, name: string): unknown {
  return (plugin as Readonly<Record<string, unknown>>)[name];
}

/**
 * A plugin dropped into a folder far from any node_modules finds the plugin interface all the same: the one that
 * this host was built with. One that brings its own keeps it.
 */
function offerPluginApi(entry: string): void {
  try {
    modules.createRequire(entry).resolve(apiPackage);
    return;
  } catch {
    // Not to be found from there; offered below.
  }
  const ours = import.meta.resolve(apiPackage);
  const { registerHooks } = modules as unknown as { registerHooks?: RegisterHooks };
  if (registerHooks !== undefined) {
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === apiPackage ? { url: ours, shortCircuit: true } : next(specifier, context),
    });
    return;
  }
  const hook = `export const resolve = (specifier, context, next) =>
    specifier === ${JSON.stringify(apiPackage)}
      ? { url: ${JSON.stringify(ours)}, shortCircuit: true }
      : next(specifier, context);`;
  modules.register(`data:text/javascript,${encodeURIComponent(hook)}`);
}

type Resolve = (specifier: string, context: unknown, next: (specifier: string, context: unknown) => unknown) => unknown;

/** Hooks in the thread itself, which Node has since 22.15; before, `register` runs them in a thread of their own. */
type RegisterHooks = (hooks: { readonly resolve: Resolve }) => void;
