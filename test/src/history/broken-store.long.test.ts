// The checker is worth something: with a store that breaks a promise, it finds which one; with the real one, nothing.

import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';
import { brokenStores } from './broken-stores.js';
import type { Anomaly } from './checker.js';
import { Scene } from './scene.js';
import { ServerUnderTest } from './server-under-test.js';

const brokenServer = fileURLToPath(new URL('./broken-server.js', import.meta.url));

/** What the checker has to say of a server that was used, and if need be killed in between. */
async function anomaliesOf(t: Test, isKilled: boolean, program?: readonly string[]): Promise<readonly Anomaly[]> {
  const server = new ServerUnderTest({ dataFolder: await tempFolder(t), enabled: '' }, program);
  t.teardown(() => server.kill());
  const scene = await Scene.open(server, 'broken stores');
  scene.work();
  await scene.tally.more(150);
  if (isKilled) {
    await server.kill();
    await server.start();
    await scene.tally.more(50);
  }
  await scene.rest();
  return scene.anomalies();
}

for (const [name, { shows }] of Object.entries(brokenStores)) {
  t.test(`a store is found out that ${name}`, async (t) => {
    const anomalies = await anomaliesOf(t, name === 'answers before the commit', [brokenServer, name]);
    t.ok(
      anomalies.some(({ kind }) => kind === shows),
      `found: ${[...new Set(anomalies.map(({ kind }) => kind))]}`,
    );
  });
}

t.test('the store of the server keeps what it promises', async (t) => {
  t.strictSame(await anomaliesOf(t, true), []);
});
