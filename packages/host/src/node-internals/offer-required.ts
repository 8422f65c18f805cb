// Offers modules to `require` by name, where Node has no hooks for that: before 22.15. Checked on Node 20.20; a test
// named "Node still …" holds it.

import * as modules from 'node:module';
import { fileURLToPath } from 'node:url';

type Resolve = (request: string, ...rest: readonly unknown[]) => string;

/** CommonJS's loader. Types of Node lack the function that all of its look-ups go through. */
interface Loader {
  _resolveFilename: Resolve;
}

/** A module by its URL, and what `require` returns for it: an ES module cannot be required everywhere. */
export interface OfferedModule {
  readonly url: string;
  readonly exports: object;
}

/** Makes `require` in this thread find these modules by name, whoever requires them. */
export function offerRequired(offered: ReadonlyMap<string, OfferedModule>): void {
  const loader = modules.Module as unknown as Loader;
  const { cache } = modules.createRequire(import.meta.url);
  for (const { url, exports } of offered.values()) cache[fileURLToPath(url)] = loaded(fileURLToPath(url), exports);
  const resolve = loader._resolveFilename;
  loader._resolveFilename = function (this: unknown, request, ...rest) {
    const found = offered.get(request);
    return found === undefined ? Reflect.apply(resolve, this, [request, ...rest]) : fileURLToPath(found.url);
  };
}

function loaded(file: string, exports: object): NodeJS.Module {
  const module = new modules.Module(file);
  return Object.assign(module, { filename: file, exports, loaded: true });
}
