// Chooses the TypeScript compiler: the native one, or the one in JavaScript where npm has no binary for the machine.

import { pathToFileURL } from 'node:url';
import { inRoot } from './root.mjs';

/** Returns the command that runs the compiler, and its first arguments. */
export async function compiler() {
  try {
    // Run directly, because a signal to the package's own `bin/tsc` does not reach the compiler that it starts.
    const { default: executable } = await import(pathToFileURL(inRoot('node_modules/ts7/lib/getExePath.js')).href);
    return [executable()];
  } catch {
    return [process.execPath, inRoot('node_modules/typescript/bin/tsc')];
  }
}
