// Plugins in TypeScript. Newer Nodes run them, by stripping the types. For older ones, esbuild compiles them if an operator
// has installed it.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { isTypeScript } from './single-files.js';

/** Whether this Node runs the file as it is. */
export function isRunByNode(path: string): boolean {
  if (!isTypeScript(path)) return true;
  return Boolean((process.features as { readonly typescript?: unknown }).typescript);
}

/**
 * Returns where esbuild is installed: beside the plugins, or beside this host. One that a plugin brings is not used,
 * because it would run in the server's process, whatever the plugin may do.
 */
export function esbuildFor(folder: string): string | undefined {
  for (const from of [pathToFileURL(join(folder, 'any.js')).href, import.meta.url]) {
    try {
      return createRequire(from).resolve('esbuild');
    } catch {
      // It is not installed there.
    }
  }
  return undefined;
}

/** @throws Error in readable words if this plugin is TypeScript and nothing here can run that */
export function checkTypeScript(entry: string, folder: string): void {
  if (isRunByNode(entry) || esbuildFor(folder) !== undefined) return;
  throw new Error(
    `it is TypeScript, which Node ${process.version} does not run: run the server on Node 22.18 or later, install esbuild ` +
      `(npm install esbuild, in ${folder} or beside the server), or compile it`,
  );
}
