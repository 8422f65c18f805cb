// A plugin learns nothing of its process or its host, and reaches no thread but its own.

import * as threads from 'node:worker_threads';
import t from 'tap';
import { message } from '../support/events.js';
import { deedsOf, provoking } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

const plugin = 'looks-at-the-process';
const deeds = await deedsOf(plugin);

/** In our words, or where Node refuses it by itself, in those of Node. */
const refused = /^no plugin may |takes the permission "workerThreads"|^Access to this API has been restricted/;

/** There is nothing to be refused: it is of a process or a thread alone, or of newer Nodes. */
const absent = {
  'hardened-thread': { 'another process': 'found undefined', traces: 'Trace events are unavailable' },
  process: { 'main inspector': 'Current thread is not a worker' },
} as const;

for (const isolation of ['hardened-thread', 'process'] as const) {
  t.test(`a plugin in a ${isolation} is refused each look at its process, and each way to other threads`, async (t) => {
    const none: Readonly<Record<string, string>> = absent[isolation];
    const { host } = await openHost(t, { [plugin]: { isolation } });
    for (const way of deeds) {
      const lacking = way === 'locks' && !('locks' in threads) ? 'found undefined' : none[way];
      t.match(host.onMessageEnqueue(provoking(message(), way)), { action: 'reject', reason: lacking ?? refused }, way);
    }
    t.match(await host.get(plugin), { state: 'ready', counters: { crashes: 0 } });
  });
}
