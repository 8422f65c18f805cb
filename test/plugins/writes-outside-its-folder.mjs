// Writes a file beside the one that its configuration names; one in its data folder where it names none.

import { appendFileSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attempting } from './trigger.mjs';

export default attempting(async ({ config: { outside }, dataFolder }) => {
  const file = outside === undefined ? join(dataFolder, 'notes') : `${outside}.written`;
  await writeFile(file, 'noted');
  appendFileSync(file, ', twice');
  if (readFileSync(file, 'utf8') !== 'noted, twice') return undefined;
  return outside === undefined ? 'wrote a file' : 'wrote a file outside its folder';
});
