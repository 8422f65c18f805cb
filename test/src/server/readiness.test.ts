// What a server says of its readiness, and to whom.

import { ActiveConditions } from '@gatehouse/host/admin';
import { Readiness } from '@gatehouse/server';
import { damageCheck, healthRoutes, type ReadinessCheck, storeCheck } from '@gatehouse/server/internal/http/readiness';
import fastify from 'fastify';
import t from 'tap';

const failingStore: ReadinessCheck = storeCheck({ checkWritable: () => Promise.reject(new Error('ENOSPC /secret')) });

t.test('it is not ready before it serves nor once it drains, whatever its parts say', async (t) => {
  const readiness = new Readiness([]);
  t.match(await readiness.unready(), [{ name: 'starting' }]);
  readiness.serves();
  t.strictSame(await readiness.unready(), []);
  readiness.drains();
  t.match(await readiness.unready(), [{ name: 'draining' }]);
});

t.test('a store that cannot write is in the way, and why is not told to everybody', async (t) => {
  const readiness = new Readiness([failingStore]);
  readiness.serves();
  t.match(await readiness.unready(), [{ name: 'store', sentence: 'the store fails', reason: undefined }]);
});

t.test('a store with damaged mailboxes is in the way, as the store', async (t) => {
  const damaged = { description: undefined as string | undefined };
  const readiness = new Readiness([damageCheck(damaged)]);
  readiness.serves();
  t.strictSame(await readiness.unready(), []);
  damaged.description = 'damaged: mailbox A/B';
  const later = new Readiness([damageCheck(damaged)]);
  later.serves();
  t.match(await later.unready(), [{ name: 'store-damaged', severity: 'alert', reason: 'damaged: mailbox A/B' }]);
  const app = fastify();
  healthRoutes(app, later, { forOperators: false });
  const answer = await app.inject('/readyz');
  t.equal(answer.statusCode, 503);
  t.match(answer.json().notReady, [{ what: 'store', condition: 'store-damaged' }]);
  t.notMatch(answer.body, 'A/B');
});

t.test('those who ask at about the same time share one look at the parts', async (t) => {
  let asked = 0;
  const readiness = new Readiness([
    {
      ifItFails: 'store',
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

t.test('a certificate that is about to expire is a condition, and takes no server out of service', async (t) => {
  const ask = async () => [{ name: 'certificate-expired' as const, reason: 'it was valid until yesterday' }];
  const readiness = new Readiness([{ ifItFails: 'certificate-expired', ask }]);
  readiness.serves();
  t.match(await readiness.conditions(), [{ name: 'certificate-expired', severity: 'alert', makesUnready: false }]);
  t.strictSame(await readiness.unready(), []);
});

t.test('of plugins that are missed by the gate operators learn which, and others that there is one', async (t) => {
  const found = [
    { name: 'plugin-restarting', plugin: 'guards', isMissed: true, reason: 'exit 1' },
    { name: 'plugin-missing', plugin: 'gone', isMissed: true },
    { name: 'plugin-failed', plugin: 'observes', isMissed: false },
    { name: 'plugin-degraded', plugin: 'throws', isMissed: true, share: 40 },
  ] as const;
  const conditions = new ActiveConditions().update(found);
  const readiness = new Readiness([], { conditions: () => conditions });
  readiness.serves();
  for (const [forOperators, plugins] of [
    [true, ['guards', 'gone']],
    [false, [undefined, undefined]],
  ] as const) {
    const app = fastify();
    healthRoutes(app, readiness, { forOperators });
    const response = await app.inject('/readyz');
    t.equal(response.statusCode, 503);
    t.match(response.json().notReady, [
      { what: 'plugin', condition: 'plugin-restarting', why: 'a plugin that guards the gate is restarting' },
      { what: 'plugin', condition: 'plugin-missing', why: /^a plugin that guards the gate is missing/ },
    ]);
    t.strictSame(
      response.json().notReady.map(({ plugin }: { plugin?: string }) => plugin),
      plugins,
    );
  }
});
