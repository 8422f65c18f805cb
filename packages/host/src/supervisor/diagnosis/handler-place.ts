// Where a plugin's handler begins, found in the text of its module: for a thread that cannot be looked into.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A handler is written as a method, a property, a function or a constant of the hook's name. */
const handlerNamed = (hook: string) => new RegExp(`(?<![\\w$.])${hook}\\s*[(:=]`);

/** File and line; undefined when the module does not have it in its own text. */
export async function placeOfHandler(entry: string, hook: string): Promise<string | undefined> {
  const text = await readFile(new URL(entry), 'utf8').catch(() => '');
  const line = text.split('\n').findIndex((one) => handlerNamed(hook).test(one));
  return line < 0 ? undefined : `${fileURLToPath(entry)}:${line + 1}`;
}
