// A process that takes too much memory is ended for that, and nobody else notices.

import t from 'tap';
import { message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

const isolation = 'process';
const memoryMb = 64;

const kinds: readonly (readonly [plugin: string, title: string, reason: RegExp])[] = [
  ['exhausts-heap-by-objects', 'many small objects', /ran out of memory|it took \d+ MiB of memory, and may take 64/],
  ['takes-buffers', 'Buffers', /it took \d+ MiB of memory, and may take 64/],
];

for (const [plugin, title, reason] of kinds) {
  t.test(`a plugin that fills its memory with ${title} is ended, and comes back`, async (t) => {
    const config = { defaults: { unanswered: true } };
    const plugins = { [plugin]: { isolation, memoryMb, config }, continues: { order: 200 } };
    const { host, is } = await openHost(t, plugins);
    t.match(host.onMessageEnqueue(provoking()), { action: 'defer', plugin, cause: 'crashed' });
    const status = await is(plugin, 'restarting').then(() => is(plugin, 'ready'));
    t.match(status.reason, reason);
    t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
    t.equal((await host.get('continues')).counters.crashes, 0);
  });
}
