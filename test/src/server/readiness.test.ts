// What a server says of its readiness, and to whom.

import { Readiness } from '@gatehouse/server';
import { healthRoutes, pluginCheck, type ReadinessCheck, storeCheck } from '@gatehouse/server/internal/http/readiness';
import fastify from 'fastify';
import t from 'tap';
import { plugin, smallHost } from '../support/small-host.js';

const failingStore: ReadinessCheck = storeCheck({ checkWritable: () => Promise.reject(new Error('ENOSPC /secret')) });

t.test('it is not ready before it serves nor once it drains, whatever its parts say', async (t) => {
  const readiness = new Readiness([]);
  t.match(await readiness.unready(), [{ what: 'starting' }]);
  readiness.serves();
  t.strictSame(await readiness.unready(), []);
  readiness.drains();
  t.match(await readiness.unready(), [{ what: 'draining' }]);
});

t.test('a store that cannot write is in the way, and why is not told to everybody', async (t) => {
  const readiness = new Readiness([failingStore]);
  readiness.serves();
  t.strictSame(await readiness.unready(), [{ what: 'store', why: 'the store fails' }]);
});

t.test('those who ask at about the same time share one look at the parts', async (t) => {
  let asked = 0;
  const readiness = new Readiness([
    {
      what: 'store',
      ask: async () => {
        asked += 1;
        return [];
      },
    },
  ]);
  readiness.serves();
  await Promise.all([readiness.unready(), readiness.unready()]);
  await readiness.unready();
  t.equal(asked, 1);
});

t.test('of plugins that are missed by the gate operators learn which, and others that there is one', async (t) => {
  const policy = { unavailable: 'defer' } as const;
  const host = smallHost(
    plugin('guards', { enabled: true, state: 'restarting', hooks: ['onMessageEnqueue'], policy, reason: 'exit 1' }),
    plugin('never-ready', { enabled: true, state: 'failed', policy }),
    plugin('observes', { enabled: true, state: 'failed', hooks: ['onFetch'], policy }),
    plugin('open', { enabled: true, state: 'quarantined', policy: { unavailable: 'continue' } }),
    plugin('off', { state: 'disabled', policy }),
  );
  const readiness = new Readiness([pluginCheck(host)]);
  readiness.serves();
  const why = ['restarting', 'failed'].map((state) => `a plugin that guards the gate is ${state}`);
  for (const [forOperators, plugins] of [
    [true, ['guards: exit 1', 'never-ready']],
    [false, [undefined, undefined]],
  ] as const) {
    const app = fastify();
    healthRoutes(app, readiness, { forOperators });
    const response = await app.inject('/readyz');
    t.equal(response.statusCode, 503);
    t.strictSame(
      response.json().notReady,
      JSON.parse(JSON.stringify(plugins.map((name, i) => ({ what: 'plugin', why: why[i], plugin: name })))),
    );
  }
});
