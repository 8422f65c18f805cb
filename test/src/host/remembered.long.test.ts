// What the host remembers of its plugins when it is started again.

import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { message } from '../support/events.js';
import { addPlugin, openHost, openHostAt } from '../support/open-host.js';

t.test('what was enabled or disabled is so after a restart, whatever the options say', async (t) => {
  const { host, folder } = await openHost(
    t,
    { on: { fixture: 'rejects' }, off: { fixture: 'rejects' } },
    { enabled: ['off'] },
  );
  await host.enable('on');
  await host.disable('off');
  await host.close();
  const { host: next } = await openHostAt(t, folder, { enabled: ['off'] });
  t.match(await next.get('on'), { state: 'ready', enabled: true, generation: 1 });
  t.match(await next.get('off'), { state: 'disabled', enabled: false });
  t.match(next.onMessageEnqueue(message()), { action: 'reject', plugin: 'on' });
});

t.test('without a state file it is forgotten', async (t) => {
  const { host, folder } = await openHost(t, { rejects: {} }, { enabled: [] });
  await host.close();
  await rm(join(folder, '.state.json'), { force: true });
  const { host: next } = await openHostAt(t, folder, {});
  t.match(await next.get('rejects'), { enabled: false });
});

t.test(
  'an enabled plugin that fails at the start of the host defers what it guards, until it is disabled',
  async (t) => {
    const { host, folder } = await openHost(t, { guard: { fixture: 'rejects' } });
    await host.enable('guard');
    await host.close();
    await rm(join(folder, 'guard'), { recursive: true });
    await addPlugin(folder, 'guard', { fixture: 'throws-in-start' });
    const { host: next, log } = await openHostAt(t, folder);
    t.match(await next.get('guard'), { state: 'failed', enabled: true, reason: /no database/ });
    t.match(next.onMessageEnqueue(message()), { action: 'defer', plugin: 'guard', cause: 'unavailable' });
    t.match(log.of(/guard is failed/)[0], { level: 40, plugin: 'guard', from: 'starting', to: 'failed' });
    t.match(await next.disable('guard'), { state: 'disabled', enabled: false });
    t.same(next.onMessageEnqueue(message()), { action: 'continue' });
  },
);

t.test('an enabled plugin that never came to say what it implements is taken to guard everything', async (t) => {
  const { host } = await openHost(t, { 'throws-in-start': {}, observes: {} });
  t.match(await host.get('throws-in-start'), { state: 'failed', enabled: true, hooks: [] });
  t.match(host.onMessageEnqueue(message()), { action: 'defer', plugin: 'throws-in-start', cause: 'unavailable' });
});

t.test('so does one whose configuration no longer fits, and one whose folder is broken', async (t) => {
  const config = { schema: { type: 'object', properties: { max: { type: 'integer' } } } };
  const { host, folder } = await openHost(t, { a: { fixture: 'rejects', config }, b: { fixture: 'rejects' } });
  for (const name of ['a', 'b']) await host.enable(name);
  await host.close();
  await writeFile(join(folder, 'b', 'package.json'), '{');
  const { host: next } = await openHostAt(t, folder, { config: { a: { max: 'much' } } });
  t.match(await next.get('a'), { state: 'failed', enabled: true, reason: /config\.max/ });
  t.match(await next.get('b'), { state: 'invalid', enabled: true, reason: /not JSON/ });
  t.match(next.onMessageEnqueue(message()), { action: 'defer', cause: 'unavailable' });
  t.match(await next.disable('a'), { state: 'disabled', enabled: false });
  t.match(next.onMessageEnqueue(message()), { action: 'defer', plugin: 'b', cause: 'unavailable' });
  t.match(await next.disable('b'), { state: 'invalid', enabled: false });
  t.same(next.onMessageEnqueue(message()), { action: 'continue' });
});

t.test('an enabled plugin whose folder comes back, or is mended, is started when that is seen', async (t) => {
  const { host, folder } = await openHost(t, { guard: { fixture: 'rejects' } });
  await host.enable('guard');
  await host.close();
  await rename(join(folder, 'guard'), join(folder, '.away'));
  const { host: next, log } = await openHostAt(t, folder);
  t.match(await next.list(), [{ name: 'guard', state: 'missing', enabled: true }]);
  t.match(log.of(/in none of the plugin folders/), [{ level: 50, plugin: 'guard' }], 'it is said that a guard is gone');
  t.match(next.onMessageEnqueue(message()), { action: 'defer', plugin: 'guard', cause: 'unavailable' });
  await rename(join(folder, '.away'), join(folder, 'guard'));
  const { plugins, changed } = await next.rescan();
  t.match(plugins, [{ name: 'guard', state: 'ready', enabled: true, generation: 1 }]);
  t.match(changed, [{ plugin: 'guard', from: 'missing', to: 'ready' }]);
  t.match(next.onMessageEnqueue(message()), { action: 'reject', plugin: 'guard' });
  await next.close();

  await rename(join(folder, 'guard', 'package.json'), join(folder, 'guard', 'package.json.good'));
  await writeFile(join(folder, 'guard', 'package.json'), '{');
  const { host: third, log: thirdLog } = await openHostAt(t, folder);
  const told = thirdLog.of(/is enabled and invalid, so it does not run: package\.json is not JSON/);
  t.match(told, [{ level: 50, plugin: 'guard' }], 'it is said that a guard is broken');
  t.match(third.onMessageEnqueue(message()), { action: 'defer', plugin: 'guard' });
  await rename(join(folder, 'guard', 'package.json.good'), join(folder, 'guard', 'package.json'));
  t.match(await third.rescan(), { changed: [{ plugin: 'guard', from: 'invalid', to: 'ready' }] });
  t.match(third.onMessageEnqueue(message()), { action: 'reject', plugin: 'guard' });
});
