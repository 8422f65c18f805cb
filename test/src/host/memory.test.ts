// Plugins that take more memory than they may: ended at their cap, with a reason, before they hurt anybody else.

import { Worker } from 'node:worker_threads';
import t from 'tap';
import { message } from '../events.js';
import { openHost } from './open-host.js';

/** Whether a thread's memory can be looked at while that never comes to its event loop. */
const isSampled = 'getHeapStatistics' in Worker.prototype;

const ways: readonly (readonly [length: number, title: string, reason: RegExp])[] = [
  // Where the plugin's own thread has to report, V8 may come to its limit first.
  [1001, 'objects', isSampled ? /\(\d+ MB of heap, .*and its cap is 64 MB/ : /its cap is 64 MB|reaching memory limit/],
  [1002, 'buffers', /\(\d+ MB of heap, \d{2,} MB of buffers and WASM\), and its cap is 64 MB/],
  [1004, 'the memory of WASM', /\(\d+ MB of heap, \d{2,} MB of buffers and WASM\), and its cap is 64 MB/],
];

for (const [length, title, reason] of ways) {
  t.test(
    `a plugin that hoards ${title} is ended at its cap and starts anew, and another does not notice`,
    async (t) => {
      const { host, is } = await openHost(t, { hoards: { memoryMb: 64, order: 1 }, continues: { order: 2 } });
      t.match(host.onMessageEnqueue(message(length)), { action: 'continue' });
      t.match((await is('hoards', 'restarting')).reason, reason);
      await is('hoards', 'ready');
      t.match(host.onMessageEnqueue(message(1)), { action: 'continue' });
      t.match(await host.get('continues'), { state: 'ready', counters: { crashes: 0 } });
    },
  );
}

t.test('a plugin that fills its heap in one loop is ended, and the call is decided', async (t) => {
  const { host, is } = await openHost(t, { hoards: { memoryMb: 64 } });
  t.match(host.onMessageEnqueue(message(1003)), { action: 'defer', cause: 'crashed' });
  t.match((await is('hoards', 'restarting')).reason, isSampled ? /and its cap is 64 MB/ : /reaching memory limit/);
});

t.test('the status says which guard is in force', async (t) => {
  const { host } = await openHost(t, { continues: {}, walled: { fixture: 'continues', isolation: 'process' } });
  t.equal((await host.get('continues')).memoryGuard, isSampled ? 'sampled' : 'reported');
  t.equal((await host.get('walled')).memoryGuard, 'process');
});
