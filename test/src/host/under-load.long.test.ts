// What speed must not be bought with: a call that is too long, a core that is busy at rest.

import { setTimeout as pause } from 'node:timers/promises';
import type { Decision } from '@gatehouse/host';
import t from 'tap';
import { message } from '../support/events.js';
import { openHost } from '../support/open-host.js';

t.test('a gathered call ends with its budget, and the verdicts that were there by then count', async (t) => {
  const gate = { budgetMs: 60 };
  const { host } = await openHost(t, { 'takes-its-time': {} }, { gate });
  host.onMessageEnqueue(message(0));
  const from = performance.now();
  const decisions = host.askAll(
    'onMessageEnqueue',
    Array.from({ length: 40 }, () => message(10)),
  );
  const took = performance.now() - from;
  t.ok(took < 300, `${took} ms for 400 ms of work`);
  const firstFault = decisions.findIndex(({ action }) => action === 'defer');
  t.ok(firstFault >= 1, 'what was decided in time is decided');
  t.ok(decisions.slice(firstFault).every(isTimedOut), 'and the rest is deferred');
});

t.test('a host at rest sleeps, with all its plugins', async (t) => {
  const names = Array.from({ length: 5 }, (_, i) => `continues-${i}`);
  const { host } = await openHost(t, Object.fromEntries(names.map((name) => [name, { fixture: 'continues' }])));
  for (let i = 0; i < 2000; i++) host.onMessageEnqueue(message());
  // Rest is what is measured here, so for once the test waits for time to pass.
  await pause(100);
  const before = process.cpuUsage();
  await pause(1000);
  const { user, system } = process.cpuUsage(before);
  // One thread that spins would have used all of that second.
  t.ok(user + system < 300_000, `${(user + system) / 1000} ms of processor time in a second of rest`);
});

function isTimedOut(decision: Decision): boolean {
  return decision.action === 'defer' && decision.cause === 'timed-out';
}
