// Changes of state: told to subscribers in order, and written to the log.

import t from 'tap';
import { message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

t.test('every change is told in order and logged, until one unsubscribes', async (t) => {
  const crashes = { fixture: 'exits-in-gate', config: { defaults: { code: 3 } } };
  const { host, log, is } = await openHost(t, { crashes }, { enabled: [] });
  const heard: string[] = [];
  const unsubscribe = host.subscribe(({ plugin, from, to }) => heard.push(`${plugin}: ${from} → ${to}`));
  await host.enable('crashes');
  host.onMessageEnqueue(provoking());
  await is('crashes', 'restarting').then(() => is('crashes', 'ready'));
  unsubscribe();
  await host.disable('crashes');
  t.same(heard, [
    'crashes: disabled → starting',
    'crashes: starting → ready',
    'crashes: ready → restarting',
    'crashes: restarting → ready',
  ]);
  const logged = log.all.filter(({ to }) => to !== undefined);
  t.same(
    logged.map(({ from, to, level }) => [from, to, level]),
    [
      ['disabled', 'starting', 30],
      ['starting', 'ready', 30],
      ['ready', 'restarting', 40],
      ['restarting', 'ready', 30],
      ['ready', 'stopping', 30],
      ['stopping', 'disabled', 30],
    ],
  );
  t.match(logged[2]?.msg, /crashes is restarting: .*exited with code: 3/);
});

t.test('a subscriber that throws is logged and disturbs neither the host nor the other subscribers', async (t) => {
  const { host, log, changes } = await openHost(t, { continues: {} }, { enabled: [] });
  host.subscribe(() => {
    throw new Error('not my day');
  });
  const after: string[] = [];
  host.subscribe(({ to }) => after.push(to));
  t.match(await host.enable('continues'), { state: 'ready' });
  t.same(after, ['starting', 'ready']);
  t.equal(changes.length, 2);
  t.equal(log.of(/a subscriber to changes threw: not my day/).length, 2);
});

t.test('what a plugin prints becomes lines of the log under its name', async (t) => {
  const { host, log } = await openHost(t, { prints: {} });
  host.onMessageEnqueue(message());
  await host.disable('prints');
  t.match((await log.until('printed at the start'))[0], { plugin: 'prints', fields: { stream: 'stdout' }, level: 30 });
  t.match((await log.until('complained at the start'))[0], {
    plugin: 'prints',
    fields: { stream: 'stderr' },
    level: 40,
  });
  for (const line of ['one line', 'and another', 'half a line']) {
    t.match((await log.until(line))[0], { plugin: 'prints', fields: { stream: 'stdout' } });
  }
});

t.test('a plugin cannot pass its lines off as those of another plugin or the host', async (t) => {
  const { log } = await openHost(t, { 'logs-as-another': {} });
  const [line] = await log.until('hello');
  const { time, ...rest } = line!;
  const fields = { plugin: 'another', level: 60, time: 0, audit: 'login-failed', detail: 1 };
  t.same(rest, { level: 30, plugin: 'logs-as-another', fields, msg: 'hello' });
  t.ok(Number(time) > 0);
});
