// A plugin in a process of its own is told of events as one in a thread is.

import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { fetched, login, message } from '../support/events.js';
import { misbehave } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

const isolation = 'process';

t.test('events arrive in order, with all that they carry', async (t) => {
  const { host, log } = await openHost(t, { observes: { isolation } });
  for (let i = 0; i < 500; i++) host.onFetch(fetched(i, i % 7));
  const lines = await log.until('fetch', 500);
  t.same(
    lines.map(({ fields }) => [fields?.messageCount, fields?.recipient]),
    Array.from({ length: 500 }, (_, i) => [i, i % 7]),
  );
  await host.disable('observes');
  t.match((await host.get('observes')).counters, { observed: 500, dropped: {}, lost: 0, observerErrors: 0 });
});

t.test('a slow one fills its ring: what does not fit is dropped and counted, and what does is observed', async (t) => {
  const plugins = { 'sleeps-in-observer': { isolation, stopMs: 20_000 } };
  const { host, log } = await openHost(t, plugins, { observers: { ringBytes: 16_384 } });
  let told = 1;
  host.onAuth(login(misbehave));
  for (let i = 0; i < 1000; i++, told++) host.onAuth(login('x'.repeat(i % 60)));
  await host.disable('sleeps-in-observer');
  const { observed, dropped, lost } = (await host.get('sleeps-in-observer')).counters;
  const { onAuth = 0 } = dropped;
  t.ok(observed > 0 && onAuth > 0);
  t.equal(observed + onAuth, told);
  t.equal(lost, 0, 'a stop hands over what waits');
  const gaps = log.of(/events were dropped/).reduce((sum, line) => sum + (line.fields?.dropped as number), 0);
  t.ok(gaps <= onAuth);
});

t.test('what waits for a process that crashes is counted as lost', async (t) => {
  const { host, is } = await openHost(t, { 'exits-in-observer': { isolation } });
  const restarting = is('exits-in-observer', 'restarting');
  for (let i = 0; i < 10; i++) host.onAuth(login(`before-${i}`));
  host.onAuth(login(misbehave));
  for (let i = 0; i < 100; i++) host.onAuth(login(`after-${i}`));
  t.match((await restarting).reason, /onAuth/);
  const { observed, dropped, lost } = (await is('exits-in-observer', 'ready')).counters;
  t.equal(observed + lost + (dropped.onAuth ?? 0), 111);
  t.ok(observed >= 11);
});

t.test('an observer that fails later is counted while nothing else happens', async (t) => {
  const { host, log } = await openHost(t, { 'throws-later-in-observer': { isolation } });
  host.onAuth(login('one'));
  await log.until(/one, later/);
  const errors = async () => (await host.get('throws-later-in-observer')).counters.observerErrors;
  // It is told right after the line, of which the test knows no event.
  while ((await errors()) === 0) await turn();
  t.equal(await errors(), 1);
});

t.test('gate and events go side by side', async (t) => {
  const { host, log } = await openHost(t, { continues: { isolation }, observes: { isolation } });
  for (let i = 0; i < 300; i++) {
    host.onFetch(fetched(i, 1));
    t.same(host.onMessageEnqueue(message(i)), { action: 'continue' });
  }
  await log.until('fetch', 300);
});
