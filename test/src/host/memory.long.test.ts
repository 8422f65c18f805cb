// Plugins that take more memory than they may: ended at their cap, with a reason, before they hurt anybody else.

import { Worker } from 'node:worker_threads';
import t from 'tap';
import { message } from '../support/events.js';
import { deedsOf, provoking } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

/** Whether a thread's memory can be looked at while that never comes to its event loop. */
const isSampled = 'getHeapStatistics' in Worker.prototype;

const ways: readonly (readonly [plugin: string, title: string, reason: RegExp])[] = [
  // Where the plugin's own thread has to report, V8 may come to its limit first.
  [
    'hoards-objects',
    'objects',
    isSampled ? /\(\d+ MB of heap, .*and its cap is 64 MB/ : /its cap is 64 MB|reaching memory limit/,
  ],
  ['takes-buffers', 'buffers', /\(\d+ MB of heap, \d{2,} MB of buffers and WASM\), and its cap is 64 MB/],
  [
    'takes-wasm-memory',
    'the memory of WASM',
    /\(\d+ MB of heap, \d{2,} MB of buffers and WASM\), and its cap is 64 MB/,
  ],
];

for (const [plugin, title, reason] of ways) {
  t.test(
    `a plugin that hoards ${title} is ended at its cap and starts anew, and another does not notice`,
    async (t) => {
      const { host, is } = await openHost(t, { [plugin]: { memoryMb: 64, order: 1 }, continues: { order: 2 } });
      t.match(host.onMessageEnqueue(provoking()), { action: 'continue' });
      t.match((await is(plugin, 'restarting')).reason, reason);
      await is(plugin, 'ready');
      t.match(host.onMessageEnqueue(message(1)), { action: 'continue' });
      t.match(await host.get('continues'), { state: 'ready', counters: { crashes: 0 } });
    },
  );
}

for (const deed of await deedsOf('takes-uncounted-memory')) {
  t.test(`a plugin that hoards memory that V8 may not count (${deed}) is ended at its cap`, async (t) => {
    const { host, is } = await openHost(t, { 'takes-uncounted-memory': { memoryMb: 64 } });
    t.match(host.onMessageEnqueue(provoking(message(), deed)), { action: 'continue' });
    t.match(
      (await is('takes-uncounted-memory', 'restarting')).reason,
      /\d{2,} MB of buffers and WASM\), and its cap is 64 MB/,
    );
    await is('takes-uncounted-memory', 'ready');
  });
}

t.test('memory that V8 does not count is given back once it is garbage, or its messages are read', async (t) => {
  const { host } = await openHost(t, { 'makes-garbage': { memoryMb: 128 } });
  for (let i = 0; i < 80; i++) t.match(host.onMessageEnqueue(message(i)), { action: 'continue' });
  t.match(await host.get('makes-garbage'), { state: 'ready', counters: { crashes: 0 } });
});

t.test('a plugin that fills its heap in one loop is ended, and the call is decided', async (t) => {
  const { host, is } = await openHost(t, { hoards: { fixture: 'exhausts-heap-by-objects', memoryMb: 64 } });
  t.match(host.onMessageEnqueue(provoking()), { action: 'defer', cause: 'crashed' });
  const how = isSampled
    ? /MB of heap, .*its cap is 64 MB/
    : /while it alone was at work, in one call.*its cap is 64 MB/;
  t.match((await is('hoards', 'restarting')).reason, how);
});

t.test("V8's hard limit stands well above the soft cap", async (t) => {
  const plugin = { fixture: 'tells-its-limit' };
  const caps = { small: 16, large: 128 };
  for (const [name, memoryMb] of Object.entries(caps)) {
    const { host } = await openHost(t, { [name]: { ...plugin, memoryMb } });
    const decision = host.onMessageEnqueue(message(1));
    const limitMb = Number('reason' in decision && decision.reason);
    t.ok(limitMb >= (isSampled ? Math.max(4 * memoryMb, memoryMb + 256) : 2 * memoryMb), `${limitMb} of ${memoryMb}`);
  }
});

t.test('the status says which guard is in force', async (t) => {
  const { host } = await openHost(t, { continues: {}, walled: { fixture: 'continues', isolation: 'process' } });
  t.equal((await host.get('continues')).memoryGuard, isSampled ? 'sampled' : 'reported');
  t.equal((await host.get('walled')).memoryGuard, 'process');
});
