// Adds file and line to a syntax error, where Node knows them: on the first line of the stack, before the message.

import { fileURLToPath } from 'node:url';

/** A file, as a path or a URL, and a line. */
const place = /^(.{1,4000}):(\d{1,9})$/;

/** Returns the error with the place in its message. Without a place, the supervisor looks for it: see syntax-place.ts. */
export function withPlace(error: unknown): unknown {
  if (!(error instanceof SyntaxError) || typeof error.stack !== 'string') return error;
  const found = place.exec(error.stack.slice(0, error.stack.indexOf('\n')));
  if (found === null) return error;
  const [, file = '', line] = found;
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  return new SyntaxError(`${error.message} (${path}:${line})`, { cause: error });
}
