// The table of helpers has a row for each, and no others.

import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';

const at = (file: string) => new URL(`../../src/support/${file}`, import.meta.url);

t.test('the README has a row for every helper of this folder', async (t) => {
  const rows = [...readFileSync(at('README.md'), 'utf8').matchAll(/^\| `([\w-]+\.ts)` \| .+ \| .+ \|$/gm)];
  const helpers = readdirSync(at('.')).filter((file) => /^[\w-]+\.ts$/.test(file));
  t.strictSame(
    rows.map(([, file]) => file),
    helpers.sort(),
  );
});
