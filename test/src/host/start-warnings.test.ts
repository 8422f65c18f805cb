// What a host warns of when it starts: names that mean no plugin, and deadlines that the budget has no room for.

import { complaintsOfDeadlines } from '@gatehouse/host/internal/plugins/deadlines';
import { messengerHooks } from '@gatehouse/plugin-api/hooks';
import t from 'tap';
import { openHost, type TestPlugins } from '../support/open-host.js';
import { play, willing } from '../support/played-registry.js';
import { pluginFiles, tempFolder } from '../support/temp-folder.js';

t.test('what is given for a plugin that does not exist is warned of, with the name that was meant', async (t) => {
  const { log } = await openHost(
    t,
    { limiter: { fixture: 'continues' } },
    {
      policies: { limitre: 'continue', limiter: 'defer' },
      grants: { limitre: 'as-asked', limiter: {} },
      isolation: { limitre: 'process' },
      config: { limitre: { secret: 'hunter2' }, limiter: {}, quiet: {} },
    },
  );
  const warned = log.of(/no plugin is named/);
  t.match(warned, Array(5).fill({ level: 40 }));
  t.same(warned.map(({ msg }) => msg).sort(), [
    'config.limitre: no plugin is named limitre, did you mean "limiter"?',
    'config.quiet: no plugin is named quiet',
    'grants.limitre: no plugin is named limitre, did you mean "limiter"?',
    'isolation.limitre: no plugin is named limitre, did you mean "limiter"?',
    'policies.limitre: no plugin is named limitre, did you mean "limiter"?',
  ]);
  t.notMatch(JSON.stringify(log.all), 'hunter2');
});

const unset = { hooks: messengerHooks, budgetMs: 100, isBudgetSet: false, chain: 'sequential' } as const;

async function guards(t: Parameters<typeof play>[0], manifests: Readonly<Record<string, object>>) {
  const files = Object.entries(manifests).map(([name, manifest]) => pluginFiles(name, manifest));
  const folder = await tempFolder(t, Object.assign({}, ...files));
  const { registry } = await play(t, willing, { folders: [folder], enabledAtFirst: Object.keys(manifests) });
  return registry.plugins;
}

t.test('deadlines and a budget that nobody set are not warned of', async (t) => {
  t.same(complaintsOfDeadlines(await guards(t, { a: {}, b: {}, c: {} }), unset), []);
});

t.test('deadlines that somebody set, or that a set budget has no room for, are warned of once, by name', async (t) => {
  const words =
    /^onMessageEnqueue: the deadlines of a \(70 ms\), b \(50 ms\) come to 120 ms, and gate\.budgetMs is 100/;
  t.match(complaintsOfDeadlines(await guards(t, { a: { deadlineMs: 70 }, b: {} }), unset), [words]);
  const small = { ...unset, budgetMs: 60, isBudgetSet: true };
  t.match(complaintsOfDeadlines(await guards(t, { a: {}, b: {} }), small), [
    /come to 100 ms, and gate\.budgetMs is 60/,
  ]);
});

t.test('who needs no room in the budget is not counted', async (t) => {
  const set = { deadlineMs: 90 };
  const optional = { ...set, onFault: { 'timed-out': 'continue' } };
  t.same(complaintsOfDeadlines(await guards(t, { a: set, b: optional }), unset), [], 'an optional plugin');
  const observer = { ...set, hooks: ['onFetch'] };
  t.same(complaintsOfDeadlines(await guards(t, { a: set, b: observer }), unset), [], 'an observer');
  const parallel = { ...unset, chain: 'parallel' } as const;
  t.same(complaintsOfDeadlines(await guards(t, { a: set, b: set }), parallel), [], 'plugins that are asked at once');
});

t.test('a host warns of its deadlines when it starts', async (t) => {
  const plugins: TestPlugins = {
    a: { fixture: 'continues', deadlineMs: 70 },
    b: { fixture: 'continues', deadlineMs: 70 },
  };
  const { log } = await openHost(t, plugins, { gate: { budgetMs: 100 } });
  t.match(log.of(/come to 140 ms/), [{ level: 40 }]);
  t.equal(log.of(/come to/).length, 1);
});
