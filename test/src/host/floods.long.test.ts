// Plugins that write without end: what goes over their credit is dropped and counted, and nobody else is held up.

import t from 'tap';
import { message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

const floods: readonly (readonly [fixture: string, what: string, line: RegExp, because: RegExp, deed?: string])[] = [
  ['floods-the-console', 'prints', /^flood \d+ of x+$/, /more than 500 lines/],
  ['floods-the-log', 'logs', /^flood$/, /more than 500 lines/],
  ['floods-its-port', 'posts messages', /never/, /posts messages to parentPort, where nobody listens/, 'without end'],
  ['floods-the-log', 'logs long lines', /^x{8192} … cut$/, /more than 500 lines/, 'long lines'],
];

for (const [fixture, what, line, because, deed] of floods) {
  t.test(`a plugin that ${what} without end is cut short, and the log says so once a second`, async (t) => {
    const { host, log } = await openHost(t, { floods: { fixture, order: 1 }, rejects: { order: 2 } });
    host.onMessageEnqueue(provoking(message(), deed));
    const from = performance.now();
    await log.until(/^lines are dropped/, 2);
    const seconds = (performance.now() - from) / 1000;
    t.ok(log.of(line).length <= 2000 + 500 * (seconds + 1), `${log.of(line).length} lines in ${seconds} s`);
    t.match(log.of(/^lines are dropped/)[0], { level: 40, plugin: 'floods', msg: because });
    t.match(host.onMessageEnqueue(message(1)), { action: 'reject', plugin: 'rejects' });
    let status = await host.get('floods');
    for (let lines = 3; status.counters.logDropped <= 10_000; lines++) {
      await log.until(/^lines are dropped/, lines);
      status = await host.get('floods');
    }
    t.match(await host.disable('floods'), { state: 'disabled' });
    t.ok((await host.get('floods')).counters.logDropped >= status.counters.logDropped, 'counted beyond its session');
  });
}
