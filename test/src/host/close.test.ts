// The end of a host: every thread is gone, in bounded time, whatever the plugins do.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { adminHandler } from '@gatehouse/host/admin';
import t from 'tap';
import { login, message } from '../support/events.js';
import { misbehave } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

/** Threads of this process, as the system counts them; where it cannot be asked, always the same. */
async function threads(): Promise<number> {
  return (await readdir('/proc/self/task').catch(() => [])).length;
}

t.test('close ends every thread', async (t) => {
  await (await openHost(t, { continues: {} })).host.close();
  const before = await threads();
  const { host } = await openHost(t, { continues: { threads: 3 }, observes: {} });
  if (before > 0) t.ok((await threads()) >= before + 5);
  await host.close();
  t.equal(await threads(), before);
});

t.test('close may be called twice, and hands over what still waits', async (t) => {
  const { host, log } = await openHost(t, { observes: {} });
  for (let i = 0; i < 50; i++) host.onAuth(login(`user-${i}`));
  await Promise.all([host.close(), host.close()]);
  await host.close();
  t.equal(log.of(/logged in/).length, 50);
});

t.test('a closed host defers what its plugins guard, and refuses to enable or disable', async (t) => {
  const { host } = await openHost(t, { continues: {}, observes: {} });
  await host.close();
  t.match(host.onMessageEnqueue(message()), { action: 'defer', plugin: 'continues', cause: 'unavailable' });
  host.onAuth(login('ann'));
  t.match((await host.get('observes')).counters, { observed: 0, dropped: { onAuth: 1 } });
  for (const act of ['enable', 'disable'] as const) {
    await t.rejects(host[act]('continues'), { code: 'HOST_CLOSED' });
  }
  t.match(await host.list(), [
    { name: 'continues', state: 'disabled' },
    { name: 'observes', state: 'disabled' },
  ]);
});

t.test(
  'whoever listens for the close of a host is called once, and its admin handler serves nothing more',
  async (t) => {
    const { host } = await openHost(t, {});
    const token = 'the-token-of-this-test';
    const handler = adminHandler(host, { token, prefix: '/admin' });
    const server = createServer(handler).listen(0, '127.0.0.1');
    t.teardown(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const statusOf = async (path: string) =>
      (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } })).status;
    t.equal(await statusOf('/admin/plugins'), 200);
    const told: string[] = [];
    host.onClose(() => told.push('closes'));
    host.onClose(() => told.push('never'))();
    host.onClose(() => void host.close());
    await Promise.all([host.close(), host.close()]);
    host.onClose(() => told.push('is closed'));
    t.strictSame(told, ['closes', 'is closed']);
    t.equal(await statusOf('/admin/plugins'), 503);
    t.equal(await statusOf('/admin/health'), 503);
    server.closeAllConnections();
  },
);

t.test('close and disable end in bounded time while plugins hang', async (t) => {
  const stopMs = 200;
  const { host, log } = await openHost(t, {
    'spins-in-stop': { stopMs },
    again: { fixture: 'spins-in-stop', stopMs },
    'tells-its-life': {},
  });
  const from = performance.now();
  t.match(await host.disable('again'), { state: 'disabled' });
  await host.close();
  t.ok(performance.now() - from < 10 * 2 * stopMs);
  t.ok(log.of(/not stopped cleanly: its stop took longer than 200 ms/).length >= 1);
  t.equal(log.of('stopped').length, 1, 'the others stop cleanly');
});

for (const isolation of ['hardened-thread', 'process']) {
  t.test(
    `an observer that never settles does not cost a plugin in a ${isolation} its stop, and is named`,
    async (t) => {
      const { host, log } = await openHost(t, { 'never-settles-when-told': { stopMs: 400, isolation } });
      host.onAuth(login('ann'));
      host.onAuth(login('bob'));
      await log.until('told of bob');
      await host.close();
      t.match(
        log.of(/not stopped cleanly/),
        [{ msg: /its handlers took longer than 400 ms/ }],
        'its stop is not blamed',
      );
      t.equal(log.of('stops although handlers have not finished: onAuth (2 calls)').length, 1);
      t.equal(log.of('stopped, and the signal is aborted: true').length, 1);
    },
  );
}

t.test('a plugin whose thread is blocked cannot be stopped, which is not said of its stop', async (t) => {
  const { host, log } = await openHost(t, { 'spins-in-observer': { stopMs: 200 } });
  host.onAuth(login(misbehave));
  await host.close();
  t.match(log.of(/not stopped cleanly/), [
    { msg: /its handlers took longer than 200 ms; / },
    { msg: /its stop was not called, because its thread is blocked/ },
  ]);
});

t.test('an enable that is under way when the host closes is refused and not left waiting', async (t) => {
  const { host } = await openHost(t, { 'hangs-in-start': { stopMs: 100 } }, { enabled: [] });
  const starting = new Promise((resolve) => host.subscribe(resolve));
  const enabling = t.rejects(host.enable('hangs-in-start'), { code: 'PLUGIN_NOT_STARTED' });
  const queued = t.rejects(host.enable('hangs-in-start'), { code: 'PLUGIN_NOT_STARTED' });
  await starting;
  await host.close();
  await Promise.all([enabling, queued]);
});

t.test('a process that has closed its host exits by itself', async (t) => {
  const script = fileURLToPath(new URL('../../fixtures/closes-its-host.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 60_000 });
  t.equal(stdout, 'reject\nclosed\n');
});
