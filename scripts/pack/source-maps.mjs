// Source maps as they are published: each holds its sources, which are not shipped beside it.

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Returns the text of a map with the sources that it names in it. */
export async function publishedMap(file) {
  const map = JSON.parse(await readFile(file, 'utf8'));
  const from = resolve(dirname(file), map.sourceRoot ?? '');
  const sourcesContent = await Promise.all(
    map.sources.map((source, i) => map.sourcesContent?.[i] ?? readFile(resolve(from, source), 'utf8')),
  );
  return JSON.stringify({ ...map, sourcesContent });
}
