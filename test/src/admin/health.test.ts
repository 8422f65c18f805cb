// What anybody may ask of the admin API.

import type { Condition, PluginAnswer } from '@gatehouse/host/admin';
import { healthOf } from '@gatehouse/host/internal/admin/health';
import t from 'tap';
import { coded, plugin, prefix, served, smallHost } from '../support/small-host.js';

const health = `${prefix}/health`;
const anybody = { headers: {} };

const condition: Condition = {
  name: 'plugin-failed',
  severity: 'alert',
  makesUnready: true,
  since: '2026-01-01T00:00:00.000Z',
  sentence: 'a is failed',
  page: 'docs/conditions.md#plugin-failed',
  plugin: 'a',
};

const reporting = (...conditions: readonly Condition[]) => ({
  ...smallHost(plugin('a')),
  conditions: () => conditions,
});

t.test('health needs no token, and counts the plugins in each state', async (t) => {
  const host = smallHost(plugin('a'), plugin('b', { enabled: true, state: 'ready' }), plugin('c'));
  const { status, body } = await (await served(t, host))(health, anybody);
  t.equal(status, 200);
  t.match(body, { ok: true, status: 'ok', plugins: { disabled: 2, ready: 1, failed: 0, missing: 0 }, conditions: [] });
});

t.test('health tells the conditions of the host, and neither paths nor reasons', async (t) => {
  const host = reporting({ ...condition, reason: 'secret/path threw a secret' });
  const { body } = await (await served(t, host))(health, anybody);
  t.same(body.conditions, [condition]);
  t.notMatch(JSON.stringify(body), 'secret');
});

t.test('an alert is failing, a warning degraded, and what passes by itself is neither', async (t) => {
  for (const [severity, status, ok] of [
    ['alert', 'failing', false],
    ['warning', 'degraded', true],
    ['info', 'ok', true],
  ] as const) {
    const ask = await served(
      t,
      reporting({ ...condition, severity: 'info' }, { ...condition, name: 'store', severity }),
    );
    t.match(await ask(health, anybody), { status: 200, body: { ok, status } });
  }
});

t.test('the conditions of the server that the host is part of are reported too', async (t) => {
  const others = async () => [condition];
  t.match(await healthOf(smallHost(), others)(), { ok: false, status: 'failing', conditions: [condition] });
});

t.test('a host that cannot say how its plugins are is answered as 503, without the reason', async (t) => {
  const list = async () => Promise.reject(coded('HOST_CLOSED', 'closed because of hunter2'));
  const { status, body } = await (await served(t, { ...smallHost(), list }))(health, anybody);
  t.equal(status, 503);
  t.same(body, { ok: false });
});

t.test('many who ask at once share one look of the host', async (t) => {
  const looks: ((plugins: readonly PluginAnswer[]) => void)[] = [];
  const health = healthOf({
    list: () => new Promise((resolve) => looks.push(resolve)),
    conditions: () => [],
  });
  const answers = [health(), health(), health()];
  t.equal(looks.length, 1);
  looks[0]?.([plugin('a')]);
  for (const answer of answers) t.match(await answer, { ok: true });
  void health();
  t.equal(looks.length, 2, 'who asks later has the host look again');
});
