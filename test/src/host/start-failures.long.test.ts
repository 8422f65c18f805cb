// Plugins that cannot be started: refused in bounded time, with a reason that an operator can act on.

import t from 'tap';
import { message } from '../support/events.js';
import { openHost, type TestPlugin } from '../support/open-host.js';

/** Loading counts too, and on a busy machine may take all of it. */
const startMs = 400;

const failures: readonly (readonly [name: string, title: string, reason: RegExp, more?: TestPlugin])[] = [
  ['hangs-in-start', 'whose start never ends', /its (start|import) took longer than 400 ms/],
  ['spins-in-start', 'whose start spins', /its (start|import) took longer than 400 ms/],
  ['hangs-in-import', 'whose import never ends', /its import took longer than 400 ms/],
  ['spins-in-import', 'whose import loops and so never ends', /its import took longer than 400 ms/],
  ['throws-in-import', 'whose import throws', /not today/],
  ['throws-in-start', 'whose start throws', /no database/],
  ['exits-in-start', 'that exits in its start', /exited with code: 0/],
  ['speaks-another-version', 'of another interface version', /version 99 of the plugin interface; this host speaks 1/],
  ['implements-an-unknown-hook', 'with a hook that there is not', /implements onMesageEnqueue, which is no hook/],
  ['exports-nothing', 'that exports no plugin', /default export has to be definePlugin/],
  ['has-no-function-for-a-hook', 'with a handler that is no function', /onMessageEnqueue is not a function/],
  ['continues', 'whose manifest announces more', /announces onAuth, which the module/, { hooks: ['onAuth'] }],
];

t.test('a plugin that cannot be started is refused in time, not remembered, and gates nothing', async (t) => {
  const bound = (title: string) => (/ never | spins/.test(title) ? { startMs } : {});
  const plugins = failures.map(([name, title, , more]) => [name, { ...bound(title), ...more }] as const);
  const { host, folder } = await openHost(t, Object.fromEntries(plugins), { enabled: [] });
  for (const [name, title, reason] of failures) {
    await t.test(`one ${title}`, async (t) => {
      const from = performance.now();
      const error: unknown = await host.enable(name).catch((error: unknown) => error);
      t.match(error, { code: 'PLUGIN_NOT_STARTED', plugin: name, message: reason });
      t.ok(performance.now() - from < 10 * startMs);
      t.match(await host.get(name), { state: 'failed', enabled: false, reason });
      t.same(host.onMessageEnqueue(message()), { action: 'continue' });
    });
  }
  await host.close();
  const { host: next } = await openHost(t, {}, { plugins: [folder], enabled: [] });
  t.ok((await next.list()).every(({ enabled, state }) => !enabled && state === 'disabled'));
});

t.test('a plugin that failed can be disabled, and enabled once it has been mended', async (t) => {
  const { host, changes } = await openHost(t, { 'throws-in-start': {} }, { enabled: [] });
  await t.rejects(host.enable('throws-in-start'), { code: 'PLUGIN_NOT_STARTED' });
  await t.rejects(host.enable('throws-in-start'), { code: 'PLUGIN_NOT_STARTED' });
  t.match(await host.disable('throws-in-start'), { state: 'disabled', enabled: false, generation: 2 });
  t.same(
    changes.map(({ from, to }) => `${from} → ${to}`),
    ['disabled → starting', 'starting → failed', 'failed → starting', 'starting → failed', 'failed → disabled'],
  );
});

t.test('when one thread of several cannot start, none stays', async (t) => {
  const { host } = await openHost(t, { 'throws-in-start': { threads: 3 } }, { enabled: [] });
  await t.rejects(host.enable('throws-in-start'), { code: 'PLUGIN_NOT_STARTED', message: /no database/ });
  t.same(host.onMessageEnqueue(message()), { action: 'continue' });
});

t.test('a strict host starts if all that is enabled is ready, and else names what is not, and why', async (t) => {
  const plugins = { continues: {}, 'throws-in-start': {}, 'hangs-in-start': { startMs } };
  const { host, folder } = await openHost(t, plugins, { strict: true, enabled: ['continues'] });
  await host.close();
  const open = (enabled: readonly string[]) => openHost(t, {}, { plugins: [folder], strict: true, enabled });
  await t.rejects(open(['continues', 'absent', 'throws-in-start', 'hangs-in-start']), {
    code: 'PLUGINS_NOT_READY',
    message:
      /^strict: (?=.*absent is missing: absent is in none)(?=.*throws-in-start is failed: .*no database).*hangs-in-start is failed: .*400 ms/,
  });
  await t.rejects(open(['absent']), { code: 'PLUGINS_NOT_READY', plugin: 'absent' });
  // The state file is free again: the refused host has been closed.
  const { host: lenient } = await openHost(t, {}, { plugins: [folder], enabled: ['continues', 'absent'] });
  t.match(await lenient.get('absent'), { state: 'missing' });
});

t.test('a strict host does not wait for longer than `readyMs`', async (t) => {
  const opening = openHost(t, { 'hangs-in-start': {} }, { strict: true, readyMs: 50 });
  await t.rejects(opening, {
    code: 'PLUGINS_NOT_READY',
    message: /hangs-in-start is starting after 50 ms \(readyMs\)/,
  });
});
