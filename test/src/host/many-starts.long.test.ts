// Many plugins that start at once, and an operator who wants one of them now.

import { availableParallelism } from 'node:os';
import t from 'tap';
import { openHost, type TestPlugin } from '../support/open-host.js';

const spins = (ms: number, more: TestPlugin = {}): TestPlugin => ({
  fixture: 'spins-for-a-while',
  config: { defaults: { ms } },
  ...more,
});

t.test('a plugin that an operator enables does not wait for those that start by themselves', async (t) => {
  const count = 4 * availableParallelism();
  const slow = Object.fromEntries(Array.from({ length: count }, (_, i) => [`spins-${i}`, spins(1500)]));
  const enabled = Object.keys(slow);
  const { host } = await openHost(t, { ...slow, continues: {} }, { enabled, readyMs: 0 });
  t.match(await host.enable('continues'), { state: 'ready' });
  const starting = (await host.list()).filter(({ state }) => state === 'starting');
  t.ok(starting.length > 0, `${starting.length} of ${count} still start`);
  const stopped = starting.at(-1)!.name;
  t.match(await host.disable(stopped), { state: 'disabled' });
  t.ok(
    (await host.list()).some(({ state }) => state === 'starting'),
    'one that waits is stopped at once',
  );
});
