// The conditions of a host: one table, with a page for each, and what a host reports of itself.

import { readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ActiveConditions,
  type ConditionName,
  type ConditionRow,
  conditionTable,
  healthStatusOf,
  sentenceWithoutName,
} from '@gatehouse/host/internal/contract/conditions';
import t from 'tap';
import { root } from '../laws/files.js';
import { message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

const names = Object.keys(conditionTable) as ConditionName[];

t.test('every condition is described, with its severity, on the page that it names', async (t) => {
  const page = readFileSync(join(root, 'docs/conditions.md'), 'utf8');
  for (const condition of new ActiveConditions().update(names.map((name) => ({ name, plugin: 'p' })))) {
    const { name, severity } = condition;
    t.equal(condition.page, `docs/conditions.md#${name}`);
    t.match(page, new RegExp(`### ${name}\n\n\\*\\*${severity}\\*\\*`));
  }
  const described = [...page.matchAll(/^### (\S+)$/gm)].map(([, name]) => name);
  t.same(described.sort(), [...names].sort(), 'and no other is');
});

t.test('a condition has the time since when it is the case, and a new one once it was not', async (t) => {
  const active = new ActiveConditions();
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
  const store = { name: 'store' } as const;
  t.match(active.update([store], at(1)), [{ since: at(1).toISOString() }]);
  t.match(active.update([store], at(2)), [{ since: at(1).toISOString() }]);
  t.same(active.update([], at(3)), []);
  t.match(active.update([store], at(4)), [{ since: at(4).toISOString() }]);
});

t.test('a name is told to operators alone, also one that looks like a word of the sentence', async (t) => {
  for (const name of names) {
    for (const plugin of ['a', 'change', 'plugin']) {
      const [condition] = new ActiveConditions().update([{ name, plugin }]);
      const { sentence, unready }: ConditionRow = conditionTable[name];
      t.equal(condition!.sentence, sentence.replace('{plugin}', plugin).replace('{share}', '0'));
      const anybody = unready === 'where missed' ? 'a plugin that guards the gate' : 'a plugin';
      t.equal(sentenceWithoutName(condition!), sentence.replace('{plugin}', anybody).replace('{share}', '0'));
    }
  }
});

t.test('only what a gate misses takes a server out of service', async (t) => {
  const update = (isMissed: boolean) =>
    new ActiveConditions().update([{ name: 'plugin-failed', plugin: 'p', isMissed }]);
  t.equal(update(true)[0]?.makesUnready, true);
  t.equal(update(false)[0]?.makesUnready, false);
  t.equal(healthStatusOf(update(false)), 'failing');
});

t.test('a host whose plugins are all well has no condition, and one on its way has', async (t) => {
  const { host, folder } = await openHost(t, { continues: {} });
  t.same(host.conditions(), []);
  await rename(folder, `${folder}.away`);
  await host.rescan();
  t.match(host.conditions(), [{ name: 'plugin-folder', severity: 'alert', makesUnready: false, reason: /ENOENT/ }]);
  t.match(await host.list(), [{ name: 'continues', state: 'ready' }], 'its plugins are what they were');
  t.same(host.onMessageEnqueue(message()), { action: 'continue' });
  await rename(`${folder}.away`, folder);
  await host.rescan();
  t.same(host.conditions(), []);
});

t.test('one folder that cannot be read concerns its own plugins only', async (t) => {
  const { host, folder } = await openHost(t, { continues: {} }, { enabled: [] });
  const other = `${folder}.other`;
  await mkdir(other);
  t.teardown(() => rm(other, { recursive: true, force: true }));
  await host.close();
  const { host: next } = await openHost(t, {}, { plugins: [folder, other], enabled: ['continues'] });
  await rm(other, { recursive: true });
  await next.rescan();
  t.match(next.conditions(), [{ name: 'plugin-folder' }]);
  await next.disable('continues');
  t.match(await next.enable('continues'), { state: 'ready' });
});

t.test(
  'a plugin that throws on more than 5 % of its messages is degraded, and keeps the server in service',
  async (t) => {
    const { host, log } = await openHost(t, { throws: { fixture: 'throws-in-gate' } });
    for (let i = 0; i < 30; i++) host.onMessageEnqueue(provoking(message()));
    await log.until(/^throws is degraded/);
    t.match(host.conditions(), [
      {
        name: 'plugin-degraded',
        severity: 'warning',
        makesUnready: false,
        plugin: 'throws',
        sentence: 'throws is degraded: it gave no verdict on 100 % of its messages in the last 10 s',
      },
    ]);
    await host.disable('throws');
    t.same(host.conditions(), [], 'who is disabled is missed by nobody');
  },
);

t.test('a plugin that does not answer takes the server out of service, unless its policy is to continue', async (t) => {
  for (const policy of ['defer', 'continue'] as const) {
    const plugins = { silent: { fixture: 'never-settles', deadlineMs: 5 } };
    const { host, log } = await openHost(t, plugins, { policies: { silent: policy }, gate: { graceMs: 60_000 } });
    for (let i = 0; i < 30; i++) host.onMessageEnqueue(provoking(message()));
    await log.until(/^silent is degraded/);
    const unready = host.conditions().filter(({ makesUnready }) => makesUnready);
    t.same(
      unready.map(({ name }) => name),
      policy === 'defer' ? ['plugin-unanswered'] : [],
    );
    await host.close();
  }
});
