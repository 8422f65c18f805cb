// What a session says of the module that it has loaded, or why it could not.

import { verdict } from '@gatehouse/host/internal/channel/index';
import t from 'tap';
import { message } from '../support/events.js';
import { openSession, serving } from '../support/open-session.js';

t.test('a session says which interface its plugin speaks and which hooks it implements', async (t) => {
  t.match(await openSession(t, 'continues').control.load(), { apiVersion: 1, hooks: ['onMessageEnqueue'] });
  t.match(await openSession(t, 'speaks-another-version').control.load(), { apiVersion: 99, hooks: ['onAuth'] });
  t.match(await openSession(t, 'implements-an-unknown-hook').control.load(), {
    apiVersion: 1,
    hooks: ['onMesageEnqueue'],
  });
});

t.test('a module that throws is refused with what it threw', async (t) => {
  await t.rejects(openSession(t, 'throws-in-import').control.load(), { message: 'not today' });
});

t.test('a module that exports no plugin is refused with what it should export', async (t) => {
  for (const fixture of ['exports-nothing', 'exports-text']) {
    await t.rejects(openSession(t, fixture).control.load(), { message: /default export has to be definePlugin/ });
  }
});

t.test('a handler that is no function is refused and not passed over', async (t) => {
  await t.rejects(openSession(t, 'has-no-function-for-a-hook').control.load(), {
    message: /onMessageEnqueue is not a function/,
  });
});

t.test('handlers of a class are handlers, and are called on its object', async (t) => {
  const opened = openSession(t, 'is-a-class');
  t.match(await opened.control.load(), { apiVersion: 1, hooks: ['onMessageEnqueue'] });
  await opened.control.serve();
  const answers = await opened.ask('onMessageEnqueue', message(10), message(11));
  t.match(answers, [{ kind: verdict.CONTINUE }, { kind: verdict.REJECT, text: 'more than 10' }]);
  await opened.control.stop();
});

t.test('a start that throws is refused with what it threw', async (t) => {
  const opened = openSession(t, 'throws-in-start');
  await opened.control.load();
  await t.rejects(opened.control.serve(), { message: 'no database' });
});

t.test('a stop that throws is told, and serving has ended all the same', async (t) => {
  const opened = await serving(t, 'throws-in-stop');
  await t.rejects(opened.control.stop(), { message: 'cannot let go' });
});
