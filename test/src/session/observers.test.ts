// How a session hands the events of its ring to the plugin.

import { word } from '@gatehouse/host/internal/channel/index';
import t from 'tap';
import { login } from '../support/events.js';
import { misbehave } from '../support/misbehaviours.js';
import { type OpenSession, serving } from '../support/open-session.js';

const counted = ({ channel }: OpenSession) => ({
  observed: channel.control[word.OBSERVED],
  errors: channel.control[word.OBSERVER_ERRORS],
});

t.test('events are handed over in order, and each is counted', async (t) => {
  const opened = await serving(t, 'observes');
  for (let i = 0; i < 100; i++) opened.tell('onAuth', login(`user-${i}`));
  await opened.record('user-99 logged in');
  await opened.control.stop();
  t.same(
    opened.records.map(({ fields }) => fields.username),
    Array.from({ length: 100 }, (_, i) => `user-${i}`),
  );
  t.same(counted(opened), { observed: 100, errors: 0 });
});

t.test('an observer that throws, at once or later, is counted and logged, and gets the next event', async (t) => {
  const opened = await serving(t, 'throws-in-observer');
  for (const name of [misbehave, 'later', 'null', 'thenable', 'last']) opened.tell('onAuth', login(name));
  await opened.record('last was fine');
  for (const late of ['Error: later', 'Error: in then']) await opened.record(late);
  t.same(counted(opened), { observed: 5, errors: 4 });
  const errors = opened.records.filter(({ level }) => level === 'error');
  t.equal(opened.records.filter(({ fields }) => 'stack' in fields).length, 1);
  t.match(
    opened.records.filter(({ fields }) => 'stack' in fields),
    [
      {
        message: /^onAuth failed: Error: at once/,
        fields: { hook: 'onAuth', stack: /Error: at once\n +at .*throws-in-observer/ },
      },
    ],
    'one stack a second',
  );
  t.same(
    errors.map(({ fields }) => fields.hook),
    ['onAuth', 'onAuth', 'onAuth', 'onAuth'],
  );
  for (const what of ['Error: at once', 'Error: later', 'threw null', 'Error: in then']) {
    t.ok(
      errors.some(({ message }) => message.startsWith(`onAuth failed: ${what}`)),
      what,
    );
  }
  await opened.control.stop();
});

t.test('a thenable that throws does not use up the room for observers at work', async (t) => {
  const opened = await serving(t, 'throws-in-observer');
  for (let i = 0; i < 200; i++) opened.tell('onAuth', login('thenable'));
  opened.tell('onAuth', login('last'));
  await opened.record('last was fine');
  await opened.control.stop();
  t.same(counted(opened), { observed: 201, errors: 200 });
});

t.test('observers that take their time all get their turn', async (t) => {
  const opened = await serving(t, 'observes-later');
  for (let i = 0; i < 500; i++) opened.tell('onAuth', login(`user-${i}`));
  await opened.record('done with user-499');
  t.equal(opened.records.length, 500);
  await opened.control.stop();
});

t.test('a plugin is told how many events it has missed', async (t) => {
  const opened = await serving(t, 'observes', {}, { ringBytes: 4096 });
  let refused = 0;
  while (refused < 7) if (!opened.tell('onAuth', login('x'.repeat(100)))) refused++;
  await opened.record('logged in');
  while (!opened.tell('onAuth', login('after'))) refused++;
  const gap = await opened.record('events were dropped');
  t.match(gap, { level: 'warn', fields: { dropped: refused } });
  await opened.control.stop();
});

t.test('a stop hands over what still waits, also to observers that take their time', async (t) => {
  const opened = await serving(t, 'observes-later');
  for (let i = 0; i < 200; i++) opened.tell('onAuth', login(`user-${i}`));
  await opened.control.stop();
  t.equal(counted(opened).observed, 200);
});
