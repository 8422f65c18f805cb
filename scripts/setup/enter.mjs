// Runs another program of this checkout in this same process, so that signals, exit code and terminal are its own.

import { pathToFileURL } from 'node:url';
import { prepare } from '../prepare.mjs';
import { inRoot } from './root.mjs';

/** Prepares the checkout, then runs one of its compiled files with the arguments of this process. */
export async function enter(path) {
  await prepare();
  process.argv[1] = inRoot(path);
  await import(pathToFileURL(process.argv[1]).href);
}
