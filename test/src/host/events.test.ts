// What a host reports while it runs: events for readers, channels for tracing tools, figures for whoever polls.

import { channel } from 'node:diagnostics_channel';
import { rm } from 'node:fs/promises';
import type { FaultMessage, GateMessage, Host, HostEvent, StateMessage } from '@gatehouse/host';
import { beginOfCall } from '@gatehouse/host/internal/diagnostics';
import { EventStream } from '@gatehouse/host/internal/event-stream';
import { expectTypeOf } from 'expect-type';
import t from 'tap';
import { login, message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost, openHostAt, pluginFolder } from '../support/open-host.js';

/** Reads until the loop ends. */
async function all(events: AsyncIterable<HostEvent>): Promise<readonly HostEvent[]> {
  const read: HostEvent[] = [];
  for await (const event of events) read.push(event);
  return read;
}

const wordsOf = (event: HostEvent) => {
  if (event.type === 'state') return `${event.from} → ${event.to}`;
  return event.type === 'gap' ? `${event.missed} missed` : event.type;
};

t.test('a reader gets changes and faults in order, until the host is closed', async (t) => {
  const { host } = await openHost(t, { 'throws-in-gate': {} }, { enabled: [] });
  const events = host.events();
  const changes = host.events({ types: ['state'] });
  await host.enable('throws-in-gate');
  host.onMessageEnqueue(provoking());
  await host.close();
  const read = await all(events);
  t.same(read.map(wordsOf), [
    'disabled → starting',
    'starting → ready',
    'fault',
    'ready → stopping',
    'stopping → disabled',
  ]);
  t.match(read[2], { plugin: 'throws-in-gate', hook: 'onMessageEnqueue', cause: 'threw', policy: 'defer' });
  t.match(read[2], { detail: String, at: /^\d{4}-.*Z$/ });
  t.same(
    await all(changes),
    read.filter(({ type }) => type === 'state'),
  );
  t.same(await all(host.events()), [], 'those of a closed host have ended');
});

t.test('wrong options of events are refused by their names', async (t) => {
  const { host } = await openHost(t, {});
  const wrong = [
    [{ buffer: 0 }, /^events: buffer: expected a whole number from 1 to 100000, got 0$/],
    [{ types: ['states'] }, /^events: types: expected a list, each one of state, supervisor, fault/],
    [{ signal: new AbortController() }, /^events: signal: expected an AbortSignal/],
    [{ bufer: 1 }, /did you mean "buffer"/],
  ] as const;
  for (const [options, text] of wrong) {
    t.throws(() => host.events(options as never), { code: 'OPTIONS_INVALID', message: text });
  }
});

const change = (plugin: string): HostEvent => ({
  type: 'state',
  at: '',
  plugin,
  from: 'ready',
  to: 'stopping',
  reason: '',
});
const named = (events: readonly HostEvent[]) =>
  events.map((event) => (event.type === 'state' ? event.plugin : wordsOf(event)));
const types = ['state'] as const;

t.test('events that do not fit are counted where they are missing, and never more than the buffer wait', async (t) => {
  const stream = new EventStream({ buffer: 2, types }, () => {});
  const reader = stream.values();
  const next = async () => (await reader.next()).value as HostEvent;
  for (const plugin of ['a', 'b', 'c', 'd']) stream.offer(change(plugin));
  t.same(named([await next(), await next()]), ['a', 'b']);
  stream.offer(change('e'));
  t.same(named([await next(), await next()]), ['2 missed', 'e']);
  for (let i = 0; i < 100_000; i++) stream.offer(change('flood'));
  stream.end();
  t.same(named(await all(reader)), ['flood', 'flood', '99998 missed']);
});

t.test('a reader that waits gets an event at once, and its end', async (t) => {
  const stream = new EventStream({ buffer: 2, types }, () => {});
  const reader = stream.values();
  const waiting = [reader.next(), reader.next(), reader.next()];
  stream.offer(change('a'));
  stream.offer(change('b'));
  stream.end();
  stream.offer(change('after the end'));
  t.match(await Promise.all(waiting), [
    { value: { plugin: 'a' } },
    { value: { plugin: 'b' } },
    { value: undefined, done: true },
  ]);
});

t.test('leaving the loop, or aborting it, ends its stream, and leaves nothing on the signal', async (t) => {
  const over: string[] = [];
  const left = new EventStream({ buffer: 9, types }, () => over.push('left'));
  left.offer(change('a'));
  for await (const event of left.values()) {
    t.match(event, { plugin: 'a' });
    break;
  }
  t.ok(left.isOver);
  const controller = new AbortController();
  const { signal } = controller;
  const added = t.capture(signal, 'addEventListener', signal.addEventListener);
  const removed = t.capture(signal, 'removeEventListener', signal.removeEventListener);
  const aborted = new EventStream({ buffer: 9, types, signal }, () => over.push('aborted'));
  const loop = all(aborted.values());
  controller.abort(new Error('enough'));
  await t.rejects(loop, { message: 'enough' });
  const late = new EventStream({ buffer: 9, types, signal }, () => over.push('late'));
  await t.rejects(all(late.values()), { message: 'enough' });
  t.same(over, ['left', 'aborted', 'late']);
  t.equal(added.args().length, 1);
  t.ok(removed.args().length >= 1);
});

t.test('an aborted loop ends while its host runs on, and so does one that is left', async (t) => {
  const { host } = await openHost(t, { continues: {} });
  const controller = new AbortController();
  const aborted = t.rejects(all(host.events({ signal: controller.signal })), { name: 'AbortError' });
  controller.abort();
  await aborted;
  const events = host.events();
  const disabling = host.disable('continues');
  for await (const event of events) {
    t.match(event, { type: 'state', to: 'stopping' });
    break;
  }
  await disabling;
});

t.test('tracing tools get calls, faults and states by channels, and cost nothing while none listens', async (t) => {
  const { host } = await openHost(t, { 'throws-in-gate': {} });
  const got: (GateMessage | FaultMessage | StateMessage)[] = [];
  const listen = (one: unknown) => void got.push(one as GateMessage);
  const channels = ['gate', 'fault', 'state'].map((name) => channel(`gatehouse:${name}`));
  host.onMessageEnqueue(message());
  t.equal(beginOfCall(), 0, 'the clock is not read');
  for (const one of channels) one.subscribe(listen);
  t.teardown(() => channels.forEach((one) => void one.unsubscribe(listen)));
  const [well, bad] = [message(), provoking()];
  const decision = host.onMessageEnqueue(well);
  t.match(got, [{ hook: 'onMessageEnqueue', ms: Number }]);
  const [call] = got as [GateMessage];
  t.equal(call.host, host);
  t.equal(call.events[0], well);
  t.equal(call.decisions[0], decision);
  t.ok(call.ms > 0);
  const decisions = host.askAll('onMessageEnqueue', [well, bad]);
  t.match(got.slice(1), [
    { type: 'fault', plugin: 'throws-in-gate', cause: 'threw' },
    { hook: 'onMessageEnqueue', events: [well, bad], decisions },
  ]);
  host.ask('onMessageEnqueue', well);
  t.throws(() => host.ask('onMessageEnqueue', {} as never), { code: 'EVENT_INVALID' });
  await host.disable('throws-in-gate');
  t.match(got.slice(3), [
    { hook: 'onMessageEnqueue', decisions: [{ action: 'continue' }] },
    { type: 'state', to: 'stopping' },
    { type: 'state', from: 'stopping', to: 'disabled' },
  ]);
  t.ok(got.every((one) => one.host === host));
});

t.test('a subscriber may ask the host itself, once a call is over', async (t) => {
  const { host } = await openHost(t, { rejects: { config: { defaults: { max: 10 } } } });
  const asked: string[] = [];
  const ask = () => {
    channel('gatehouse:gate').unsubscribe(ask);
    asked.push(host.onMessageEnqueue(message(11)).action);
  };
  channel('gatehouse:gate').subscribe(ask);
  t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
  t.same(asked, ['reject']);
});

t.test('the figures of a host are plain data, counted by plugin and hook, and need no disk', async (t) => {
  const guard = { guard: { fixture: 'rejects', order: 1, config: { defaults: { max: 1000 } } } };
  const { host, folder } = await openHost(t, { ...guard, 'throws-in-gate': { order: 2 }, observes: {} });
  for (const event of [message(1), message(2000), provoking()]) host.onMessageEnqueue(event);
  host.askAll('onMessageEnqueue', [message(1), message(3000)]);
  t.throws(() => host.ask('onMessageEnqueue', {} as never));
  host.onAuth(login('ann'));
  host.tell('onAuth', login('bob'));
  await rm(folder, { recursive: true, force: true });
  const stats = host.stats();
  t.strictSame(JSON.parse(JSON.stringify(stats)), stats);
  t.match(stats.hooks, {
    onMessageEnqueue: {
      kind: 'gate',
      plugins: ['guard', 'throws-in-gate'],
      continued: 2,
      rejected: 2,
      deferred: 1,
    },
    onAuth: { kind: 'observer', plugins: ['observes'], told: 2 },
    onFetch: { kind: 'observer', told: 0 },
  });
  t.match(stats, { since: /Z$/, supervisor: { state: 'running', ends: 0 } });
  const byName = new Map(stats.plugins.map((plugin) => [plugin.name, plugin]));
  t.match(byName.get('guard'), { state: 'ready', enabled: true, sessions: 1, counters: { rejected: 2, continued: 3 } });
  t.match(byName.get('throws-in-gate'), { state: 'ready', counters: { faults: { threw: 1 } } });
  t.equal(byName.size, 3);
});

t.test('`await using` closes a host at the end of its block', async (t) => {
  expectTypeOf<Host>().toExtend<AsyncDisposable>();
  const folder = await pluginFolder(t, { continues: {} });
  const open = async () => {
    await using host = (await openHostAt(t, folder, { enabled: ['continues'] })).host;
    t.match(host.onMessageEnqueue(message()), { action: 'continue' });
    return host;
  };
  const host = await open();
  await t.rejects(host.enable('continues'), { code: 'HOST_CLOSED' });
  t.match(host.stats().plugins, [{ state: 'disabled', sessions: 0 }]);
});
