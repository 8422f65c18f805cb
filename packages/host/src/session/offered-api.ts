// The plugin interface for plugins that have none of their own, such as one in a folder far from any node_modules.

import * as modules from 'node:module';
import { offerRequired } from '../node-internals/offer-required.js';
import { registerModuleHooks } from './taken.js';

const apiPackage = '@gatehouse/plugin-api';

/** The names that its package.json exports; a test compares them. */
export const offeredNames: readonly string[] = [apiPackage, `${apiPackage}/codec`, `${apiPackage}/hooks`];

/**
 * Lets the plugin at `entry` find the interface that this host was built with, to import and to require. A plugin that
 * brings its own keeps it.
 */
export async function offerPluginApi(entry: string): Promise<void> {
  try {
    modules.createRequire(entry).resolve(apiPackage);
    return;
  } catch {
    // It cannot be found from there, so it is offered below.
  }
  const urls = new Map(offeredNames.map((name) => [name, import.meta.resolve(name)]));
  const { registerHooks } = modules as unknown as { registerHooks?: RegisterHooks };
  if (registerHooks === undefined) return offerWithoutHooks(urls);
  registerHooks({
    resolve: (specifier, context, next) => {
      const url = urls.get(specifier);
      return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
    },
  });
}

/** Offers it to `import` by hooks in a thread of Node's own, which `require` does not ask. */
async function offerWithoutHooks(urls: ReadonlyMap<string, string>): Promise<void> {
  const hook = `const urls = new Map(${JSON.stringify([...urls])});
    export const resolve = (specifier, context, next) =>
      urls.has(specifier) ? { url: urls.get(specifier), shortCircuit: true } : next(specifier, context);`;
  registerModuleHooks(`data:text/javascript,${encodeURIComponent(hook)}`);
  const loaded = [...urls].map(async ([name, url]) => [name, { url, exports: await import(url) }] as const);
  offerRequired(new Map(await Promise.all(loaded)));
}

type Resolve = (specifier: string, context: unknown, next: (specifier: string, context: unknown) => unknown) => unknown;

/** Hooks in the thread itself, in Node since 22.15. Before that, `register` runs them in a thread of their own. */
type RegisterHooks = (hooks: { readonly resolve: Resolve }) => void;
