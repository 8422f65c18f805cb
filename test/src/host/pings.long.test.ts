// Sessions that nobody asks are asked whether they still come to their lane.

import t from 'tap';
import { login, message } from '../support/events.js';
import { openHost } from '../support/open-host.js';

t.test('a plugin that hangs with nobody asking it is replaced, and no message meets it', async (t) => {
  const { host, is, changes } = await openHost(t, { sleeper: { fixture: 'spins-in-observer' } });
  host.onAuth(login('misbehave'));
  await is('sleeper', 'restarting');
  await is('sleeper', 'ready');
  t.match(changes.find(({ to }) => to === 'restarting')?.reason, /^did not answer within 1400 ms/);
});

t.test('a plugin that rests for long answers its pings, and is neither replaced nor late for a call', async (t) => {
  const plugins = { rests: { fixture: 'continues' }, rests2: { fixture: 'continues', isolation: 'process' } };
  const { host, changes } = await openHost(t, plugins);
  const until = performance.now() + 7000;
  // Calls meet pings at every moment after the fifth second.
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (performance.now() > until - 1500) host.onMessageEnqueue(message(1));
  }
  for (const name of ['rests', 'rests2']) {
    const { state, counters } = await host.get(name);
    t.equal(state, 'ready');
    t.equal(counters.crashes, 0);
    t.strictSame(Object.values(counters.faults), [0, 0, 0, 0, 0]);
  }
  t.strictSame(changes, []);
});
