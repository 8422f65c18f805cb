// The life of a session: start, events, stop, in that order.

import t from 'tap';
import { login, message } from '../support/events.js';
import { serving } from '../support/open-session.js';

t.test('a stop hands over what waits, then aborts the signal, then lets the plugin stop, then ends', async (t) => {
  const opened = await serving(t, 'tells-its-life', { limit: 5 });
  await opened.ask('onMessageEnqueue', message(3, 4, 5n));
  opened.tell('onAuth', login('ann'));
  opened.tell('onAuth', login('bob'));
  await opened.control.stop();
  await opened.ended;
  await opened.record('stopped');
  t.same(
    opened.records.map(({ message }) => message),
    ['started', 'asked', 'saw ann', 'saw bob', 'aborted', 'stopped'],
  );
  const [started, asked, , bob, , stopped] = opened.records.map(({ fields }) => fields);
  t.same(started, { name: 'tested', config: { limit: 5 }, aborted: false, frozen: true });
  t.match(asked, { same: true, self: true, event: { payloadLen: 3, seq: 5n } });
  t.same([bob, stopped], [{ aborted: false }, { aborted: true }]);
});

t.test('a session that was never served can be stopped', async (t) => {
  const opened = await serving(t, 'continues');
  await opened.control.stop();
  await opened.ended;
  t.same(opened.records, []);
});

t.test('an event is the plugin’s own: what it keeps does not change with the next call', async (t) => {
  const opened = await serving(t, 'tells-its-life');
  await opened.ask('onMessageEnqueue', message(1, 1, 1n));
  await opened.ask('onMessageEnqueue', { ...message(2, 2, 2n), senderIdentity: new Uint8Array(32).fill(2) });
  await opened.control.stop();
  const [first] = opened.records.filter(({ message }) => message === 'asked');
  t.match(first?.fields.event, { payloadLen: 1, seq: 1n });
});

t.test('a plugin that listens to its signal many times is not warned of a leak', async (t) => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  t.teardown(() => process.off('warning', onWarning));
  const opened = await serving(t, 'listens-to-its-signal');
  await opened.control.stop();
  // Warnings are emitted in a later turn of the event loop, and records after them.
  await opened.record('aborted 100 times');
  t.same(warnings, []);
});

t.test('a configuration that holds bytes, or itself, is taken', async (t) => {
  const config: Record<string, unknown> = { bytes: new Uint8Array(3) };
  config.self = config;
  await (await serving(t, 'continues', config)).control.stop();
});

t.test('a plugin cannot change its configuration, at any depth', async (t) => {
  const opened = await serving(t, 'changes-its-config', { limits: [{ max: 1 }], name: 'a' });
  const { fields } = await opened.record('tried');
  t.same(fields.refused, ['name', 'limits', 'push', 'max', 'added']);
  t.same(fields.config, { limits: [{ max: 1 }], name: 'a' });
  await opened.control.stop();
});
