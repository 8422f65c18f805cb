// Plugins that crash again and again: given up, remembered as that, and released by an operator.

import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as turnOfLoop } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { type Opened, openHost, openHostAt, stepsOf } from '../support/open-host.js';

const exits = provoking(message(1001));
const hangs = provoking();

/** A host whose plugin `crashes` has just been quarantined. */
async function quarantined(t: Test): Promise<Opened> {
  const opened = await openHost(t, { crashes: { fixture: 'exits-in-gate' } });
  const { host, is } = opened;
  for (let crash = 1; crash <= 5; crash++) {
    t.match(host.onMessageEnqueue(exits), { cause: 'crashed' });
    await is('crashes', 'restarting').then(() => is('crashes', 'ready'));
  }
  t.match(host.onMessageEnqueue(exits), { cause: 'crashed' });
  await is('crashes', 'quarantined');
  return opened;
}

t.test('a plugin that crashes six times in a minute is quarantined, with a reason that says why', async (t) => {
  const { host, changes, log } = await quarantined(t);
  const status = await host.get('crashes');
  t.match(status, { state: 'quarantined', enabled: true, counters: { crashes: 6 } });
  t.match(
    status.reason,
    /^it crashed 6 times within 60 s, the last time at \d{4}-\d\d-\d\dT[\d:.]+Z: .*exited with code.*; it had onMessageEnqueue with .*payloadLen=1001, seq=\d+ in hand$/,
  );
  t.match(host.onMessageEnqueue(message(1)), { action: 'defer', plugin: 'crashes', cause: 'unavailable' });
  t.equal(stepsOf(changes, 'crashes').at(-1), 'ready → quarantined');
  t.match(log.of(/^crashes is quarantined/), [{ level: 40, plugin: 'crashes' }]);
});

t.test('a quarantine is remembered when the host is started again', async (t) => {
  const { host, folder } = await quarantined(t);
  const { reason } = await host.get('crashes');
  await host.close();
  t.match(await host.get('crashes'), { state: 'quarantined', reason });
  t.match(JSON.parse(await readFile(join(folder, '.state.json'), 'utf8')), {
    plugins: { crashes: { quarantine: { reason } } },
  });
  const { host: next } = await openHostAt(t, folder, { enabled: ['crashes'] });
  t.match(await next.get('crashes'), { state: 'quarantined', reason });
  t.match(next.onMessageEnqueue(message(1)), { action: 'defer', plugin: 'crashes', cause: 'unavailable' });
  t.match(await next.enable('crashes'), { state: 'ready', reason: '' });
  t.same(next.onMessageEnqueue(message(1)), { action: 'continue' });
});

t.test('enable releases it on trial: one crash, and it is quarantined again', async (t) => {
  const { host, folder, is } = await quarantined(t);
  t.match(await host.enable('crashes'), { state: 'ready' });
  t.notMatch(JSON.parse(await readFile(join(folder, '.state.json'), 'utf8')), {
    plugins: { crashes: { quarantine: {} } },
  });
  t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
  t.match(host.onMessageEnqueue(exits), { cause: 'crashed' });
  t.match((await is('crashes', 'quarantined')).reason, /^it crashed within 60 s of its release/);
});

t.test('disable forgets a quarantine, and an enable after that is an ordinary one', async (t) => {
  const { host, is, folder } = await quarantined(t);
  t.match(await host.disable('crashes'), { state: 'disabled', enabled: false });
  t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
  await host.enable('crashes');
  t.match(host.onMessageEnqueue(exits), { cause: 'crashed' });
  await is('crashes', 'restarting').then(() => is('crashes', 'ready'));
  await host.close();
  const { host: next } = await openHostAt(t, folder);
  t.match(await next.get('crashes'), { state: 'ready' });
});

/** Threads of this process, where the system lists them. */
const threads = () => (existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : 0);

t.test('a plugin that is given up while it hangs leaves no thread behind', async (t) => {
  const { host, is } = await openHost(
    t,
    { hangs: { fixture: 'storms-microtasks', deadlineMs: 20 } },
    { gate: { graceMs: 1 } },
  );
  const before = threads();
  for (let crash = 1; crash <= 6; crash++) {
    t.match(host.onMessageEnqueue(hangs), { cause: 'timed-out' });
    await is('hangs', crash < 6 ? 'restarting' : 'quarantined');
    if (crash < 6) await is('hangs', 'ready');
  }
  await host.enable('hangs');
  t.match(host.onMessageEnqueue(hangs), { cause: 'timed-out' });
  await is('hangs', 'quarantined');
  // Its threads end in their own time; a host that leaves any behind never comes to the end of this.
  while (threads() > Math.max(0, before - 2)) await turnOfLoop();
  t.pass();
});
