// Policies of faults on real plugins: what is decided, counted, and put on record.

import type { FaultCause, HostOptions } from '@gatehouse/host';
import t, { type Test } from 'tap';
import { message } from '../support/events.js';
import { LogLines } from '../support/log-lines.js';
import { misbehave, provoking } from '../support/misbehaviours.js';
import { openHost, type TestPlugin } from '../support/open-host.js';

/** A plugin that meets with a fault of each cause when it is provoked. */
const faulty: Readonly<Record<FaultCause, readonly [plugin: string, more?: TestPlugin]>> = {
  threw: ['throws-in-gate'],
  'bad-verdict': ['answers-text', { fixture: 'answers-nonsense' }],
  'timed-out': ['never-settles', { deadlineMs: 100 }],
  crashed: ['exits-in-gate'],
  unavailable: ['throws-in-start'],
};
const throws: TestPlugin = { fixture: 'throws-in-gate' };
const causes = Object.keys(faulty) as readonly FaultCause[];

/** What a message comes to that makes the plugin of this cause fail. */
async function faultOf(t: Test, cause: FaultCause, options: Partial<HostOptions>, onFault?: TestPlugin['onFault']) {
  const [plugin, more] = faulty[cause];
  const deed = cause === 'bad-verdict' ? 'text' : misbehave;
  const event = provoking(message(1, 1, 2n ** 64n - 1n), deed);
  const opened = await openHost(t, { [plugin]: { ...more, ...(onFault && { onFault }) } }, options);
  return { ...opened, plugin, event, decision: opened.host.onMessageEnqueue(event) };
}

for (const cause of causes) {
  t.test(`${cause} is let pass, refused or deferred as the operator says`, async (t) => {
    const [plugin] = faulty[cause];
    const faults = [{ plugin, cause }];
    const passed = await faultOf(t, cause, { policies: { [plugin]: { [cause]: 'continue' } } });
    t.strictSame(passed.decision, { action: 'continue', admittedWithout: [plugin], faults });
    const refused = await faultOf(t, cause, { policies: { [plugin]: { default: 'reject' } } }, 'continue');
    const reason = `the plugin ${plugin} could not decide (${cause})`;
    t.strictSame(refused.decision, { action: 'reject', reason, truncated: false, plugin, cause, faults });
    const deferred = await faultOf(t, cause, {});
    t.strictSame(deferred.decision, { action: 'defer', plugin, cause, faults });
  });

  t.test(`what passes although a plugin ${cause} is counted, and audited with where it is found`, async (t) => {
    const [plugin] = faulty[cause];
    const { host, log, event } = await faultOf(t, cause, { policies: { [plugin]: 'continue' } });
    const { counters, generation } = await host.get(plugin);
    t.match(counters, { admitted: { [cause]: 1 }, faults: { [cause]: 1 } });
    const lines = log.all.filter(({ audit }) => audit === true);
    const { time: _, ...line } = lines[0]!;
    t.strictSame(line, {
      level: 40,
      audit: true,
      hook: 'onMessageEnqueue',
      channelId: Buffer.from(event.channelId).toString('hex'),
      seq: '18446744073709551615',
      plugin,
      generation,
      cause,
      msg: `let through without ${plugin}: ${cause}`,
    });
    t.equal(lines.length, 1);
  });
}

t.test("the manifest's wish counts where the operator is silent, and the status shows what counts", async (t) => {
  const onFault = { threw: 'continue', default: 'reject' } as const;
  const { host } = await openHost(
    t,
    { wishes: { fixture: 'throws-in-gate', onFault }, overruled: { fixture: 'throws-in-gate', onFault } },
    { policies: { overruled: { threw: 'defer' } } },
  );
  const rest = { 'bad-verdict': 'reject', 'timed-out': 'reject', crashed: 'reject', unavailable: 'reject' };
  t.match(await host.get('wishes'), { policy: { ...rest, threw: 'continue' } });
  t.match(await host.get('overruled'), { policy: { ...rest, threw: 'defer' } });
  t.match(host.onMessageEnqueue(provoking()), { action: 'defer', plugin: 'overruled' });
  await host.disable('overruled');
  t.match(host.onMessageEnqueue(provoking()), { action: 'continue', admittedWithout: ['wishes'] });
});

t.test('every message that passes has its audit line, however many there are', async (t) => {
  const { host, log } = await openHost(t, { throws }, { policies: { throws: 'continue' } });
  const events = Array.from({ length: 300 }, (_, i) => {
    const event = message(1, 1, BigInt(i));
    return i % 3 === 0 ? provoking(event) : event;
  });
  const decisions = host.askAll('onMessageEnqueue', events);
  t.ok(decisions.every((decision, i) => 'admittedWithout' in decision === (i % 3 === 0)));
  t.same(
    log.all.filter(({ audit }) => audit).map(({ seq }) => seq),
    events.filter((_, i) => i % 3 === 0).map(({ seq }) => `${seq}`),
  );
  t.match((await host.get('throws')).counters, { admitted: { threw: 100 }, continued: 200 });
});

t.test('the chain goes on after a fault that counts as continue, and the next plugin may still refuse', async (t) => {
  for (const chain of ['sequential', 'parallel'] as const) {
    const { host, log } = await openHost(
      t,
      { throws: { ...throws, order: 1 }, limiter: { fixture: 'rejects', order: 2, config: { defaults: { max: 0 } } } },
      { policies: { throws: 'continue' }, gate: { chain } },
    );
    t.match(host.onMessageEnqueue(provoking(message(1))), {
      action: 'reject',
      plugin: 'limiter',
      faults: [{ plugin: 'throws', cause: 'threw' }],
    });
    t.match(host.onMessageEnqueue(provoking(message(0))), { action: 'continue', admittedWithout: ['throws'] });
    t.match((await host.get('throws')).counters, { faults: { threw: 2 }, admitted: { threw: 1 } });
    t.equal(log.all.filter(({ audit }) => audit).length, 1, 'what was refused has not been let through');
  }
});

t.test('a fault that counts as reject or defer ends the chain asked in turn', async (t) => {
  for (const policy of ['reject', 'defer'] as const) {
    const { host } = await openHost(
      t,
      { throws: { ...throws, order: 1 }, limiter: { fixture: 'rejects', order: 2 } },
      { policies: { throws: policy } },
    );
    t.match(host.onMessageEnqueue(provoking()), { action: policy, plugin: 'throws', cause: 'threw' });
    t.match((await host.get('limiter')).counters, { rejected: 0, continued: 0 });
  }
});

t.test(
  'a Defer ends the chain asked in turn; asked all at once, a Reject prevails, else the longest wait holds',
  async (t) => {
    const deferring = (order: number, max: number, retryAfterMs: number): TestPlugin => ({
      fixture: 'rejects',
      order,
      config: { defaults: { max, retryAfterMs } },
    });
    for (const chain of ['sequential', 'parallel'] as const) {
      const { host } = await openHost(
        t,
        {
          first: deferring(1, 1, 500),
          second: deferring(2, 1, 900),
          limiter: { fixture: 'rejects', order: 3, config: { defaults: { max: 9 } } },
        },
        { gate: { chain } },
      );
      const later = { action: 'defer', plugin: 'first', cause: 'deferred', reason: '5 > 1', truncated: false };
      t.strictSame(host.onMessageEnqueue(message(5)), { ...later, retryAfterMs: chain === 'parallel' ? 900 : 500 });
      const { action, plugin } = host.onMessageEnqueue(message(10)) as { action: string; plugin: string };
      t.same([action, plugin], chain === 'parallel' ? ['reject', 'limiter'] : ['defer', 'first']);
      t.match((await host.get('first')).counters, { deferred: 2, rejected: 0, faults: { threw: 0, 'bad-verdict': 0 } });
      t.match((await host.get('second')).counters, { deferred: chain === 'parallel' ? 2 : 0 });
    }
  },
);

t.test('asked all at once, the gravest verdict settles it, whoever answered first', async (t) => {
  const { host } = await openHost(
    t,
    {
      absent: { fixture: 'throws-in-start', order: 1 },
      deferring: { fixture: 'throws-in-gate', order: 2 },
      rejecting: { fixture: 'throws-in-gate', order: 3 },
      limiter: { fixture: 'rejects', order: 4, config: { defaults: { max: 5 } } },
    },
    { gate: { chain: 'parallel' }, policies: { absent: 'continue', rejecting: 'reject' } },
  );
  const faults = [
    { plugin: 'absent', cause: 'unavailable' },
    { plugin: 'deferring', cause: 'threw' },
    { plugin: 'rejecting', cause: 'threw' },
  ];
  t.match(host.onMessageEnqueue(provoking(message(6))), {
    action: 'reject',
    plugin: 'limiter',
    reason: '6 > 5',
    faults,
  });
  t.match(host.onMessageEnqueue(provoking(message(5))), {
    action: 'reject',
    plugin: 'rejecting',
    cause: 'threw',
    faults,
  });
  await host.disable('rejecting');
  t.match(host.onMessageEnqueue(provoking(message(5))), {
    action: 'defer',
    plugin: 'deferring',
    faults: faults.slice(0, 2),
  });
  await host.disable('deferring');
  t.match(host.onMessageEnqueue(provoking(message(5))), { action: 'continue', admittedWithout: ['absent'] });
});

t.test('what cannot be put on record is not let through, and harms no other call', async (t) => {
  const { logger } = new LogLines();
  const broken = Object.assign(Object.create(logger), {
    warn: () => {
      throw new Error('the log is full');
    },
  });
  const { host } = await openHost(t, { throws }, { policies: { throws: 'continue' }, logger: broken });
  for (let round = 0; round < 3; round++) {
    t.throws(() => host.onMessageEnqueue(provoking()), { message: 'the log is full' });
    t.same(host.onMessageEnqueue(message()), { action: 'continue' });
  }
});

t.test('a policy for a plugin that is not there is said in the log', async (t) => {
  const { log } = await openHost(t, { continues: {} }, { policies: { continue: 'reject', continues: 'reject' } });
  t.match(log.of(/policies/), [{ level: 40, msg: /policies\.continue: no plugin is named continue/ }]);
});
