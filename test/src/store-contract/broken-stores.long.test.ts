// The suite is worth something: a store that breaks a promise fails the test of just that promise.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { brokenStores } from './broken/broken-stores.js';
import { promises } from './promises/promises.js';
import type { Outcome } from './tries-broken.js';

const triesBroken = fileURLToPath(new URL('./tries-broken.js', import.meta.url));

/** What came of each broken store, tried in a process of its own: it may do harm to the one that it is in. */
async function outcomes(): Promise<ReadonlyMap<string, string | undefined>> {
  const child = fork(triesBroken, { execArgv: ['--conditions=gatehouse-internal'] });
  const found = new Map<string, string | undefined>();
  child.on('message', ([name, failure]: Outcome) => found.set(name, failure ?? undefined));
  await once(child, 'close');
  return found;
}

const found = await outcomes();

for (const [name, { promise }] of Object.entries(brokenStores)) {
  t.test(`a store is found that ${name}`, async (t) => {
    t.ok(found.has(name), 'it was tried');
    t.type(found.get(name), 'string', `it fails: ${promise}`);
  });
}

t.test('every promise is broken by some store', async (t) => {
  const broken = new Set<string>(Object.values(brokenStores).map(({ promise }) => promise));
  t.strictSame(
    Object.keys(promises).filter((title) => !broken.has(title)),
    [],
  );
});
