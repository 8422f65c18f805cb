// A host with a table of hooks of its own.

import { createHash } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHost, type HostOf } from '@gatehouse/host';
import type { HookSet, HookTable } from '@gatehouse/plugin-api';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { linkModules } from '../../plugins/zoo.mjs';
import { LogLines } from '../support/log-lines.js';
import { tempFolder } from '../support/temp-folder.js';

const fixture = new URL('../../fixtures/own-hooks/', import.meta.url);
const { table } = (await import(new URL('table.mjs', fixture).href)) as { table: HookSet<HookTable> };
const { digestible } = (await import(new URL('digestible.mjs', fixture).href)) as {
  digestible(event: unknown): string;
};
const digest = (event: unknown) => createHash('sha256').update(digestible(event)).digest('hex');

/** JSON has no -0, and a codec no name that sets a prototype. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const isCarried = (value: unknown) =>
  JSON.stringify(value).length < 200 && !JSON.stringify(value).includes('__proto__');
/** A character that is put together of several takes many bytes; the shortest field has 16. */
const word = fc.string({ unit: 'grapheme', maxLength: 3 }).filter((text) => Buffer.byteLength(text) <= 16);
const key = word.filter((text) => text !== '__proto__');
const anyPublish = fc.record(
  {
    client: word,
    topic: fc.constant('any'),
    qos: fc.constantFrom('at-most-once', 'at-least-once', 'exactly-once'),
    retain: fc.boolean(),
    key: fc.uint8Array({ minLength: 8, maxLength: 8 }),
    head: fc.uint8Array({ maxLength: 32 }),
    priority: fc.integer({ min: 0, max: 255 }),
    id: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    size: fc.maxSafeNat(),
    at: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    offset: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    weight: fc.double(),
    reply: word,
    hops: fc.array(fc.record({ node: word, ms: fc.nat() }, { noNullPrototype: true }), { maxLength: 4 }),
    labels: fc.dictionary(key, word, { maxKeys: 4, noNullPrototype: true }),
    more: fc.jsonValue({ maxDepth: 1 }).filter(isCarried).map(asJson),
  },
  {
    requiredKeys: [
      'client',
      'topic',
      'qos',
      'retain',
      'key',
      'head',
      'priority',
      'id',
      'size',
      'at',
      'offset',
      'weight',
      'hops',
      'labels',
      'more',
    ],
    noNullPrototype: true,
  },
);

const publish = (topic: string) => ({ ...fc.sample(anyPublish, { numRuns: 1, seed: 7 })[0]!, topic });

interface Broker {
  readonly host: HostOf<HookTable>;
  readonly log: LogLines;
}

async function openBroker(t: Test, isolation: 'hardened-thread' | 'process', hooks = table): Promise<Broker> {
  const folder = await tempFolder(t, {
    'guard/package.json': {
      name: 'guard',
      type: 'module',
      main: 'index.mjs',
      gatehouse: { apiVersion: 1, deadlineMs: 10_000, onFault: 'continue', hooks: table.names },
    },
  });
  linkModules(folder);
  await cp(fileURLToPath(fixture), join(folder, 'guard'), { recursive: true });
  const log = new LogLines();
  const host = await createHost({
    hooks,
    plugins: [folder],
    enabled: ['guard'],
    isolation: { guard: isolation },
    readyMs: 60_000,
    logger: log.logger,
    gate: { budgetMs: 20_000 },
  });
  t.teardown(() => host.close());
  return { host, log };
}

for (const isolation of ['hardened-thread', 'process'] as const) {
  t.test(`${isolation}: any event of a table of one's own arrives as it was given`, async (t) => {
    const { host } = await openBroker(t, isolation);
    t.match(await host.get('guard'), { state: 'ready', isolation, hooks: table.names });
    await fc.assert(
      fc.asyncProperty(fc.array(anyPublish, { minLength: 1, maxLength: 5 }), async (events) => {
        // The other gate hook of the table asks the same session meanwhile.
        const subscribed = host.askAsync('onSubscribe', []);
        const unblocked = Promise.all(events.map((event) => host.askAsync('onPublish', event)));
        const decisions = host.askAll('onPublish', events);
        t.strictSame(await unblocked, decisions);
        t.match(await subscribed, { action: 'reject', reason: digest([]) });
        for (const [i, decision] of decisions.entries()) {
          const { priority, at, qos, size } = events[i]!;
          t.strictSame(decision, {
            action: 'reject',
            reason: digest(events[i]),
            truncated: false,
            plugin: 'guard',
            data: { code: priority, quota: at, where: [qos, qos], more: { size } },
          });
        }
      }),
      { numRuns: 25 },
    );
    const asked = [
      { client: 'a', filter: '#' },
      { client: 'a', filter: '+/b' },
    ];
    t.match(host.ask('onSubscribe', asked), { action: 'reject', reason: digest(asked) });
    t.match(host.ask('onSubscribe', []), { action: 'reject', reason: digest([]) });
    const told = publish('told');
    host.tell('onDelivered', told);
    host.tell('onGone', [
      { client: 'a', id: 1 },
      { client: 'b', id: 2 },
    ]);
    const expected = [digest(told), 1, 2].join();
    let seen = '';
    // Each call lets the session deliver more.
    while (seen !== expected) {
      const decision = host.ask('onPublish', publish('observed'));
      if (decision.action !== 'reject') throw new Error(JSON.stringify(decision));
      seen = decision.reason;
      await new Promise(setImmediate);
    }
    t.equal(seen, expected);
  });
}

for (const isolation of ['hardened-thread', 'process'] as const) {
  t.test(`${isolation}: a Defer reaches the caller with its words and its time, and is no fault`, async (t) => {
    const { host } = await openBroker(t, isolation);
    const event = { ...publish('later'), priority: 250 };
    const [later, whenever] = host.askAll('onPublish', [event, publish('whenever')]);
    const told = { action: 'defer', plugin: 'guard', cause: 'deferred', truncated: false };
    t.strictSame(later, { ...told, reason: digest(event), retryAfterMs: 250 });
    t.strictSame(whenever, { ...told, reason: '' });
    const { counters } = await host.get('guard');
    t.match(counters, { deferred: 2, rejected: 0, continued: 0 });
    t.strictSame(
      Object.values(counters.faults).filter((count) => count > 0),
      [],
    );
  });

  t.test(`${isolation}: a Reject with data that its row does not declare is a wrong verdict`, async (t) => {
    const { host, log } = await openBroker(t, isolation);
    const wrong = ['without data', 'too large a code', 'a key too few', 'too much json'];
    const decisions = host.askAll('onPublish', wrong.map(publish));
    const faults = [{ plugin: 'guard', cause: 'bad-verdict' }];
    for (const decision of decisions) t.match(decision, { action: 'continue', admittedWithout: ['guard'], faults });
    const undeclared = host.ask('onSubscribe', [{ client: 'a', filter: 'data' }]);
    t.match(undeclared, { action: 'continue', faults });
    t.match((await host.get('guard')).counters, { faults: { 'bad-verdict': 5 }, rejected: 0 });
    const line = log.all.find(({ cause }) => cause === 'bad-verdict');
    t.match(line, { plugin: 'guard', detail: /^answered a Reject with data that is wrong: / });
  });
}

t.test('what passed without a verdict is on record with the fields that its row names', async (t) => {
  const { host, log } = await openBroker(t, 'hardened-thread');
  t.match(host.ask('onPublish', publish('pass')), { action: 'continue' });
  const event = publish('throw');
  t.match(host.ask('onPublish', event), { action: 'continue', admittedWithout: ['guard'] });
  const [line] = log.of(/let through without guard/);
  const { topic, id, at, key } = event;
  t.match(line, { audit: true, hook: 'onPublish', topic, id, at: String(at), key: Buffer.from(key).toString('hex') });
  t.notOk('client' in line!);
});

t.test('an event that is none, and a hook that there is not, are told to the caller', async (t) => {
  const { host } = await openBroker(t, 'hardened-thread');
  t.throws(() => host.ask('onPublish', { ...publish('x'), qos: 'twice' }), {
    code: 'EVENT_INVALID',
    message: 'onPublish: qos: expected one of "at-most-once", "at-least-once", "exactly-once", got string',
  });
  t.throws(() => host.ask('onPublsh', {}), {
    code: 'HOOK_UNKNOWN',
    message: 'onPublsh is no gate hook, did you mean "onPublish"?; the table has the gate hooks onPublish, onSubscribe',
  });
  t.throws(() => host.tell('onPublish', {}), { code: 'HOOK_UNKNOWN' });
  t.throws(() => host.askAll('onPublish', publish('x') as never), { code: 'EVENT_INVALID' });
  t.notOk('onMessageEnqueue' in host, 'the methods are those of the messenger');
});

t.test(
  'a plugin that was built with other events is refused with both tables, and one of more hooks is not',
  async (t) => {
    const rows = table.rows;
    const { defineHooks, gate, record, text } = await import('@gatehouse/plugin-api');
    const other = defineHooks('broker', 2, { ...rows, onPublish: gate(record({ client: text(8) }), { by: 'client' }) });
    const { host } = await openBroker(t, 'hardened-thread', other as unknown as HookSet<HookTable>);
    const { state, reason } = await host.get('guard');
    t.match(
      { state, reason },
      {
        state: 'failed',
        reason: /its onPublish was written for other events: .* broker 1, this host has broker 2\. Build/,
      },
    );
    const longer = defineHooks('broker', 2, { ...rows, onLeave: gate(record({ client: text(8) }), { by: 'client' }) });
    const { host: second } = await openBroker(t, 'hardened-thread', longer as unknown as HookSet<HookTable>);
    t.match(await second.get('guard'), { state: 'ready' });
  },
);
