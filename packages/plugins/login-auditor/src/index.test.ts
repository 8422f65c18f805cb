// Tests which logins are logged, and with which lines.

import type { PluginContext, PluginLog } from '@gatehouse/plugin-api';
import t from 'tap';
import auditor, { type Config } from './index.js';

/** Starts the plugin. Returns a function that makes a login, and returns the lines logged for it. */
async function started(maxUsernames = 10) {
  let lines: unknown[] = [];
  const warn = (fields: object, message: string) => lines.push({ ...fields, message });
  const context = { log: { warn } as unknown as PluginLog, config: { maxUsernames } } as PluginContext<Config>;
  await auditor.start?.(context);
  return async (username: string, failureReason = '') => {
    lines = [];
    await auditor.onAuth?.({ username, success: failureReason === '', failureReason }, context);
    return lines;
  };
}

const line = (username: string, failureReason: string, failuresInARow: number) => ({
  audit: 'login-failed',
  username,
  failureReason,
  failuresInARow,
  message: `AUDIT: failed login for '${username}': ${failureReason}`,
});

t.test('a failed login is one audit line with username and reason', async (t) => {
  const login = await started();
  t.same(await login('ada', 'wrong password'), [line('ada', 'wrong password', 1)]);
});

t.test('a name or a reason cannot forge an audit line', async (t) => {
  const login = await started();
  const [line] = await login("x': wrong password\nAUDIT: failed login for 'y", 'a\nb');
  t.match(line, {
    message: "AUDIT: failed login for 'x\\': wrong password\\u{a}AUDIT: failed login for \\'y': a\\u{a}b",
  });
});

t.test('a successful login writes nothing', async (t) => {
  const login = await started();
  t.same(await login('ada'), []);
});

t.test('failures in a row are counted by username', async (t) => {
  const login = await started();
  await login('ada', 'wrong password');
  t.same(await login('bob', 'unknown user'), [line('bob', 'unknown user', 1)]);
  t.same(await login('ada', 'wrong password'), [line('ada', 'wrong password', 2)]);
});

t.test('a success ends the row', async (t) => {
  const login = await started();
  await login('ada', 'wrong password');
  await login('ada');
  t.same(await login('ada', 'wrong password'), [line('ada', 'wrong password', 1)]);
});

t.test('a new session counts anew, for as many usernames as are configured', async (t) => {
  const login = await started(1);
  await login('ada', 'wrong password');
  await login('bob', 'wrong password');
  t.same(await login('ada', 'wrong password'), [line('ada', 'wrong password', 1)]);
});
