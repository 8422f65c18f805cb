// A plugin that finds the ports of its own session, and posts to them: it harms itself at most.

import t from 'tap';
import { login, message } from '../support/events.js';
import { deedsOf, provoking } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

const name = 'posts-to-its-ports';

/** What a session ended of that was seen to post what it should not; one of these things ends its own task in the pool. */
const reason = /^restarted after: it (?:posted to the port .* what is no re(?:ply|cord)|ended by itself)/;

for (const deed of await deedsOf(name)) {
  t.test(`a plugin that posts ${deed} to the ports of its thread is replaced, and harms nobody else`, async (t) => {
    const { host, is } = await openHost(t, { [name]: {}, observes: {} }, { isolation: { [name]: 'thread' } });
    const restarting = is(name, 'restarting');
    host.onMessageEnqueue(provoking(message(), deed));
    await restarting;
    t.match(await is(name, 'ready'), { reason, counters: { crashes: 1 } });
    t.match(await host.get('observes'), { state: 'ready', generation: 1, counters: { crashes: 0 } });
    host.onAuth(login('ann'));
    t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
    t.match(host.supervisor, { state: 'running', ends: 0 });
  });
}
