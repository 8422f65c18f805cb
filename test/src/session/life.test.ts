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
