// A plugin learns nothing of its process or its host, and reaches no thread but its own.

import * as threads from 'node:worker_threads';
import t from 'tap';
import { message } from '../events.js';
import { openHost } from '../host/open-host.js';

const fixture = new URL('../../fixtures/plugins/looks-at-the-process.mjs', import.meta.url);
const { ways } = (await import(fixture.href)) as { readonly ways: Readonly<Record<string, unknown>> };

/** In our words, or where Node refuses it by itself, in those of Node. */
const refused = /^no plugin may |takes the permission "workerThreads"|^Access to this API has been restricted/;

/** There is nothing to be refused: it is of a process or a thread alone, or of newer Nodes. */
const absent = {
  'hardened-thread': { 'another process': 'found undefined', traces: 'Trace events are unavailable' },
  process: { 'inspector of the main thread': 'Current thread is not a worker' },
} as const;

for (const isolation of ['hardened-thread', 'process'] as const) {
  t.test(`a plugin in a ${isolation} is refused each look at its process, and each way to other threads`, async (t) => {
    const none: Readonly<Record<string, string>> = absent[isolation];
    const { host } = await openHost(t, { 'looks-at-the-process': { isolation } });
    for (const [i, way] of Object.keys(ways).entries()) {
      const lacking = way === 'locks' && !('locks' in threads) ? 'found undefined' : none[way];
      t.match(host.onMessageEnqueue(message(i)), { action: 'reject', reason: lacking ?? refused }, way);
    }
    t.match(await host.get('looks-at-the-process'), { state: 'ready', counters: { crashes: 0 } });
  });
}
