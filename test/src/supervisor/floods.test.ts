// The supervisor's event loop while a plugin floods it, measured where it runs: here, the test's own thread.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import t from 'tap';
import { misbehave } from '../support/misbehaviours.js';
import { supervise, type Told } from '../support/supervise.js';

const ways = [
  ['floods-the-console', 'prints', misbehave],
  ['floods-the-log', 'logs', misbehave],
  ['floods-its-port', 'posts messages', 'without end'],
] as const;

const saysSo = (told: Told): told is Told & { type: 'record' } =>
  told.type === 'record' && told.record.message.startsWith('lines are dropped');

for (const [fixture, what, deed] of ways) {
  t.test(`the loop stays under 50 ms while a plugin ${what} without end`, async (t) => {
    const { plugin, told, event } = supervise(t, fixture, { config: { atStart: deed } });
    await plugin.start();
    await event(saysSo);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const before = performance.eventLoopUtilization();
    await event((one): one is Told => saysSo(one) && Number(one.record.fields.dropped) > 200_000);
    delay.disable();
    const busy = performance.eventLoopUtilization(before).utilization;
    t.comment(`busy for ${(busy * 100).toFixed(1)} %, longest delay ${(delay.max / 1e6).toFixed(1)} ms`);
    t.ok(delay.percentile(90) < 50e6, `${delay.percentile(90) / 1e6} ms`);
    t.ok(busy < 0.5, `busy for ${busy * 100} % of the time`);
    t.ok(told.length < 10_000);
  });
}
