// docs/storage.md has every promise as a row, with its test.

import { readFile } from 'node:fs/promises';
import t from 'tap';
import { promises } from './promises/promises.js';

t.test('the page on storage has every promise, in the order of the suite', async (t) => {
  const page = await readFile(new URL('../../../docs/storage.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('| promise | what it means | test |\n');
  const rows = table.split('\n\n')[0]!.split('\n').slice(1);
  t.strictSame(
    rows.map((row) => row.split('|')[3]?.trim()),
    Object.keys(promises),
  );
});
