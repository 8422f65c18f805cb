// Events that plugins are told of: in order, in pieces, and counted exactly.

import t from 'tap';
import { fetched, login, message } from '../support/events.js';
import { misbehave } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

type Messages = readonly (readonly [recipient: number, seq: number])[];

t.test('events arrive in order, with all that they carry', async (t) => {
  const { host, log } = await openHost(t, { observes: {} });
  for (let i = 0; i < 500; i++) host.onFetch(fetched(i, i % 7));
  const lines = await log.until('fetch', 500);
  t.same(
    lines.map(({ fields }) => [fields?.messageCount, fields?.recipient]),
    Array.from({ length: 500 }, (_, i) => [i, i % 7]),
  );
  t.match((await host.get('observes')).counters, { observed: 500, dropped: {}, lost: 0, observerErrors: 0 });
});

t.test('a large batch crosses in pieces, none lost and none twice', async (t) => {
  const { host, log } = await openHost(t, { observes: {} }, { observers: { ringBytes: 256 * 1024 } });
  host.onBatchEnqueue(Array.from({ length: 1000 }, (_, i) => message(1, 1, BigInt(i))));
  host.onAuth(login('after'));
  await log.until('after logged in');
  const pieces = log.of('batch').map(({ fields }) => fields?.messages as Messages);
  t.ok(pieces.length > 1);
  t.same(
    pieces.flat().map(([, seq]) => seq),
    Array.from({ length: 1000 }, (_, i) => i),
  );
  t.match((await host.get('observes')).counters, { observed: 1001 });
});

t.test('an event of the wrong shape is told to nobody, logged, and never thrown', async (t) => {
  const { host, log } = await openHost(t, { observes: {} });
  host.onAuth({ ...login('x'), success: 'yes' as never });
  host.onAuth(undefined as never);
  host.onBatchEnqueue('many' as never);
  host.onBatchEnqueue([message(), message(-1)]);
  host.onFetch({ ...fetched(1), recipientKey: new Uint8Array(3) });
  host.onAuth(login('after'));
  await log.until('after logged in');
  t.same(
    log.of(/told to nobody/).map(({ hook, level }) => [hook, level]),
    ['onAuth', 'onAuth', 'onBatchEnqueue', 'onBatchEnqueue', 'onFetch'].map((hook) => [hook, 50]),
  );
  t.match((await host.get('observes')).counters, { observed: 1 });
});

t.test('of a batch in pieces with one wrong item nothing is told, and the item is named by its place', async (t) => {
  const { host, log } = await openHost(t, { observes: {} }, { observers: { ringBytes: 256 * 1024 } });
  const items = Array.from({ length: 1000 }, (_, i) => message(i === 999 ? -1 : 1, 1, BigInt(i)));
  host.onBatchEnqueue(items);
  t.match(log.of(/told to nobody/), [{ msg: /\[999\]\.payloadLen/ }]);
  host.onAuth(login('after'));
  await log.until('after logged in');
  t.match((await host.get('observes')).counters, { observed: 1, dropped: {} });
});

t.test('what does not fit is dropped and counted, and told is observed and dropped and lost', async (t) => {
  const { host, log } = await openHost(t, { 'sleeps-in-observer': {} }, { observers: { ringBytes: 16_384 } });
  const told = { onAuth: 0, onBatchEnqueue: 0 };
  host.onAuth(login(misbehave));
  told.onAuth++;
  for (let i = 0; i < 500; i++) {
    host.onAuth(login('x'.repeat(i % 60)));
    told.onAuth++;
    host.onBatchEnqueue(Array.from({ length: i % 9 }, () => message()));
    told.onBatchEnqueue += i % 9;
  }
  await host.disable('sleeps-in-observer');
  const { observed, dropped, lost } = (await host.get('sleeps-in-observer')).counters;
  const { onAuth = 0, onBatchEnqueue = 0 } = dropped;
  t.ok(observed > 0 && onAuth > 0 && onBatchEnqueue > onAuth, 'a batch counts as its messages');
  t.equal(observed + onAuth + onBatchEnqueue, told.onAuth + told.onBatchEnqueue);
  t.equal(lost, 0, 'a stop hands over what waits');
  const gaps = log.of(/events were dropped/).reduce((sum, line) => sum + (line.fields?.dropped as number), 0);
  t.ok(gaps <= onAuth + onBatchEnqueue);
});

t.test('what waits for a plugin that crashes is counted as lost', async (t) => {
  const { host, log, is } = await openHost(t, { 'exits-in-observer': {} });
  let told = 0;
  const tell = (username: string) => {
    told++;
    host.onAuth(login(username));
  };
  for (let i = 0; i < 10; i++) tell(`before-${i}`);
  tell(misbehave);
  for (let i = 0; i < 100; i++) tell(`after-${i}`);
  await is('exits-in-observer', 'restarting').then(() => is('exits-in-observer', 'ready'));
  tell('again');
  await log.until('saw again');
  const { observed, dropped, lost, crashes } = (await host.get('exits-in-observer')).counters;
  t.equal(crashes, 1);
  t.equal(observed, 12);
  t.equal(observed + (dropped.onAuth ?? 0) + lost, told);
});

t.test('an observer that throws is counted and logged, and is told the next event', async (t) => {
  const { host, log } = await openHost(t, { 'throws-in-observer': {} });
  for (const name of [misbehave, 'later', 'thenable', 'last']) host.onAuth(login(name));
  await log.until('last was fine');
  const lines = await log.until(/^onAuth failed/, 3);
  t.ok(
    lines.every(
      ({ plugin, fields, level }) => plugin === 'throws-in-observer' && fields?.hook === 'onAuth' && level === 50,
    ),
  );
  t.match((await host.get('throws-in-observer')).counters, { observed: 4, observerErrors: 3, crashes: 0 });
});

t.test('an observer that throws on every event does not flood the log, and each error is counted', async (t) => {
  const told = 10_000;
  const { host, log } = await openHost(t, { 'throws-in-observer': {} }, { observers: { ringBytes: 2 ** 22 } });
  const from = performance.now();
  for (let i = 0; i < told; i++) host.onAuth(login(misbehave));
  await host.disable('throws-in-observer');
  const seconds = (performance.now() - from) / 1000;
  const { observed, observerErrors, logDropped } = (await host.get('throws-in-observer')).counters;
  t.same([observed, observerErrors], [told, told]);
  const lines = log.of(/^onAuth failed/).length;
  t.ok(lines <= 2000 + 500 * (seconds + 1), `${lines} lines in ${seconds} s`);
  t.equal(lines + logDropped, told);
  t.match(log.of(/^lines are dropped/)[0], { plugin: 'throws-in-observer', msg: /more than 500 lines/ });
});

t.test('a plugin that does not implement a hook is not told of it', async (t) => {
  const { host } = await openHost(t, { continues: {}, observes: {} });
  host.onAuth(login('ann'));
  t.match((await host.get('continues')).counters, { observed: 0, dropped: {} });
});

t.test('a plugin that is not enabled is told nothing', async (t) => {
  const { host } = await openHost(t, { observes: {} }, { enabled: [] });
  host.onAuth(login('ann'));
  t.match((await host.get('observes')).counters, { observed: 0, dropped: {} });
});

t.test('an event whose getter tells another one is told as it is, and the other to nobody', async (t) => {
  const { host, log } = await openHost(t, { observes: {} });
  host.onAuth({
    ...login('outer'),
    get username() {
      host.onAuth(login('inner'));
      return 'outer';
    },
  });
  await log.until('outer logged in');
  t.equal(log.of(/inner logged in/).length, 0);
  t.ok(log.of(/told to nobody: .*it was told while another one was read/).length > 0);
});
