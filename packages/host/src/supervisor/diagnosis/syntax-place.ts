// Finds the place of a syntax error in an ES module, which Node shows only when the error ends a process.

import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { placeOf } from '../../contract/thrown.js';

/** The longest that a search takes, in ms. It parses the plugin's files, and runs none of them. */
const searchMs = 5_000;
/** More than the line, its code and the error take. */
const outputMax = 64 * 1024;
/** The parser of modules, without running them. */
const flags = ['--experimental-vm-modules', '--no-warnings'];
const search = fileURLToPath(new URL('./syntax-search.js', import.meta.url));

/** A file, as a path or a URL, and a line. */
const place = /^(.{1,4000}):(\d{1,9})$/;

/** Returns file and line, such as `/plugins/guard/lib.js:3`; undefined if no module that `entry` imports is wrong. */
function placeOfSyntaxError(entry: string): Promise<string | undefined> {
  const options = { timeout: searchMs, killSignal: 'SIGKILL', maxBuffer: outputMax, env: {} } as const;
  return new Promise((resolve) => {
    execFile(process.execPath, [...flags, search, fileURLToPath(entry)], options, (_error, _stdout, stderr) => {
      const [first = ''] = stderr.split('\n');
      resolve(place.test(first) ? first : undefined);
    });
  });
}

/** Whether words end with a file and a line. */
const hasPlace = /:\d+\)$/;

/** Adds file and line to a syntax error without a place. Rejects with the error in any case. */
export async function rethrowWithPlace(error: unknown, entry: string): Promise<never> {
  if (!(error instanceof Error) || error.name !== 'SyntaxError') throw error;
  if (hasPlace.test(error.message) || placeOf(error.stack) !== undefined) throw error;
  const found = await placeOfSyntaxError(entry);
  if (found !== undefined) error.message += ` (${found})`;
  throw error;
}
