// Finds the start of a plugin's handler in the text of its module, for a thread that cannot be inspected.

import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The part of a module that is searched, in bytes. */
const textMax = 2 ** 20;

/** A handler is written as a method, a property, a function or a constant of the hook's name. */
const before = /[\w$.]/;
const after = ['(', ':', '='];

/** Returns file and line; undefined if the module's own text does not contain it. */
export async function placeOfHandler(entry: string, hook: string): Promise<string | undefined> {
  const text = await startOf(entry).catch(() => '');
  const line = lineOfHandler(text, hook);
  return line === undefined ? undefined : `${fileURLToPath(entry)}:${line}`;
}

async function startOf(entry: string): Promise<string> {
  const file = await open(new URL(entry));
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(textMax), 0, textMax, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Returns a line, counted from 1. Looks at each place only once, because the text is a plugin's. */
export function lineOfHandler(text: string, hook: string): number | undefined {
  for (let at = text.indexOf(hook); at >= 0; at = text.indexOf(hook, at + hook.length)) {
    if (at > 0 && before.test(text[at - 1]!)) continue;
    let end = at + hook.length;
    while (text[end] === ' ' || text[end] === '\t') end++;
    if (after.includes(text[end] ?? '')) return lineOf(text, at);
  }
  return undefined;
}

function lineOf(text: string, place: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < place; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
