// A host that is killed leaves no process of a plugin behind, whatever these are doing.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { pluginFolder } from '../support/open-host.js';
import { isAlive } from './processes.js';

const goneMs = 2000;

/** A turn of the event loop. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

t.test('children of a host that is killed are gone within 2 s, also one that spins', async (t) => {
  const plugins = { 'spins-in-observer': { isolation: 'process' }, continues: { isolation: 'process' } };
  const folder = await pluginFolder(t, plugins);
  const host = fork(fileURLToPath(new URL('./host-that-hangs.js', import.meta.url)), [folder]);
  const [pids] = (await once(host, 'message')) as [readonly number[]];
  t.equal(pids.filter(isAlive).length, 2);
  host.kill('SIGKILL');
  await once(host, 'exit');
  const from = performance.now();
  while (pids.some(isAlive) && performance.now() - from < goneMs) await turn();
  t.same(pids.filter(isAlive), []);
});
