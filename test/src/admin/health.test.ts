// What anybody may ask of the admin API.

import type { PluginAnswer } from '@gatehouse/host/admin';
import { healthOf } from '@gatehouse/host/internal/admin/health';
import t from 'tap';
import { coded, plugin, prefix, served, smallHost } from '../support/small-host.js';

const health = `${prefix}/health`;
const anybody = { headers: {} };

t.test('health needs no token, and counts the plugins in each state', async (t) => {
  const host = smallHost(plugin('a'), plugin('b', { enabled: true, state: 'ready' }), plugin('c'));
  const { status, body } = await (await served(t, host))(health, anybody);
  t.equal(status, 200);
  t.match(body, { ok: true, plugins: { disabled: 2, ready: 1, failed: 0 } });
});

t.test('health tells nothing else: no names, paths or reasons', async (t) => {
  const broken = plugin('secret-name', {
    enabled: true,
    state: 'failed',
    reason: 'secret reason',
    path: 'secret/path',
  });
  const { body } = await (await served(t, smallHost(broken)))(health, anybody);
  t.same(Object.keys(body), ['ok', 'plugins']);
  t.notMatch(JSON.stringify(body), 'secret');
});

t.test('it is not ok while a plugin that is enabled is failed or invalid', async (t) => {
  for (const state of ['failed', 'invalid'] as const) {
    const host = smallHost(plugin('a', { enabled: true, state }));
    t.match(await (await served(t, host))(health, anybody), { status: 200, body: { ok: false } });
  }
});

t.test('a broken plugin that nobody enabled does not matter', async (t) => {
  const host = smallHost(plugin('a', { state: 'invalid' }));
  t.match((await (await served(t, host))(health, anybody)).body, { ok: true });
});

t.test('a host that cannot say how its plugins are is answered as 503, without the reason', async (t) => {
  const list = async () => Promise.reject(coded('HOST_CLOSED', 'closed because of hunter2'));
  const { status, body } = await (await served(t, { ...smallHost(), list }))(health, anybody);
  t.equal(status, 503);
  t.same(body, { ok: false });
});

t.test('many who ask at once share one look of the host', async (t) => {
  const looks: ((plugins: readonly PluginAnswer[]) => void)[] = [];
  const health = healthOf({ list: () => new Promise((resolve) => looks.push(resolve)) });
  const answers = [health(), health(), health()];
  t.equal(looks.length, 1);
  looks[0]?.([plugin('a')]);
  for (const answer of answers) t.match(await answer, { ok: true });
  void health();
  t.equal(looks.length, 2, 'who asks later has the host look again');
});
