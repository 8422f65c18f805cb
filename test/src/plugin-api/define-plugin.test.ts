// What an author writes: a plugin and its answers.

import { apiVersion, Continue, definePlugin, messengerHooks, Reject } from '@gatehouse/plugin-api';
import { hookNames, isHookName } from '@gatehouse/plugin-api/hooks';
import t from 'tap';

t.test('a plugin is stamped with the version of the interface that it was written for', async (t) => {
  const onAuth = () => {};
  const rows = { onAuth: messengerHooks.rowHashes.onAuth };
  t.strictSame(definePlugin({ onAuth }), { onAuth, apiVersion, hookSet: { id: 'messenger', version: 1, rows } });
  t.equal(definePlugin({ apiVersion: 99 }).apiVersion, apiVersion);
});

t.test('the object given is left as it was', async (t) => {
  const plugin = Object.freeze({ onAuth() {} });
  t.not(definePlugin(plugin), plugin);
});

t.test('an instance of a class is refused, as its methods would be lost', async (t) => {
  class Plugin {
    onAuth() {}
  }
  t.throws(() => definePlugin(new Plugin()), { message: 'definePlugin takes a plain object' });
});

t.test('the answers are frozen, so that one handler cannot change the answer of another', async (t) => {
  t.strictSame({ ...Continue }, { action: 'continue' });
  t.strictSame({ ...Reject('too large') }, { action: 'reject', reason: 'too large' });
  t.ok(Object.isFrozen(Continue) && Object.isFrozen(Reject('')));
});

t.test('only the names of the table are hooks', async (t) => {
  for (const name of hookNames) t.ok(isHookName(name));
  for (const name of ['onNothing', 'toString', '__proto__', '']) t.notOk(isHookName(name));
});
