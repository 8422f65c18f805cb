// The compiled form of a plugin's entry, which Node loads in place of the file.

import * as modules from 'node:module';
import { registerModuleHooks } from './taken.js';

/** Makes an import of `entry` load this ES module. */
export function offerSource(entry: string, source: string): void {
  const { registerHooks } = modules as unknown as { registerHooks?: RegisterHooks };
  if (registerHooks !== undefined) {
    registerHooks({
      load: (url, context, next) =>
        url === entry ? { format: 'module', source, shortCircuit: true } : next(url, context),
    });
    return;
  }
  const hook = `let entry;
    let source;
    export const initialize = (data) => ({ entry, source } = data);
    export const load = (url, context, next) =>
      url === entry ? { format: 'module', source, shortCircuit: true } : next(url, context);`;
  registerModuleHooks(`data:text/javascript,${encodeURIComponent(hook)}`, { data: { entry, source } });
}

type Load = (url: string, context: unknown, next: (url: string, context: unknown) => unknown) => unknown;

/** Hooks in the thread itself, in Node since 22.15. Before that, `register` runs them in a thread of their own. */
type RegisterHooks = (hooks: { readonly load: Load }) => void;
