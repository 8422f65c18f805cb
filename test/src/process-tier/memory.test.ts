// A process that takes too much memory is ended for that, and nobody else notices.

import t from 'tap';
import { message } from '../events.js';
import { openHost } from '../host/open-host.js';

const isolation = 'process';
const memoryMb = 64;

const kinds: readonly (readonly [length: number, title: string, reason: RegExp])[] = [
  [1001, 'many small objects', /ran out of memory|it took \d+ MiB of memory, and may take 64/],
  [1002, 'Buffers', /it took \d+ MiB of memory, and may take 64/],
];

for (const [length, title, reason] of kinds) {
  t.test(`a plugin that fills its memory with ${title} is ended, and comes back`, async (t) => {
    const plugins = { 'fills-memory': { isolation, memoryMb }, continues: { order: 200 } };
    const { host, is } = await openHost(t, plugins);
    t.match(host.onMessageEnqueue(message(length)), { action: 'defer', plugin: 'fills-memory', cause: 'crashed' });
    const status = await is('fills-memory', 'restarting').then(() => is('fills-memory', 'ready'));
    t.match(status.reason, reason);
    t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
    t.equal((await host.get('continues')).counters.crashes, 0);
  });
}
