// Where a plugin's handler begins, found in the text of its module: for a thread that cannot be looked into.

import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** How much of a module is looked at, in bytes. */
const textMax = 2 ** 20;

/** A handler is written as a method, a property, a function or a constant of the hook's name. */
const before = /[\w$.]/;
const after = ['(', ':', '='];

/** File and line; undefined when the module does not have it in its own text. */
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

/** From 1. Each place is looked at once, as the text is a plugin's. */
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
