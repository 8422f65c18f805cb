// The spare thread that all plugins share, with real threads: who gets it, and what it may do then.

import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { noPermissions } from '@gatehouse/host/internal/contract/permissions';
import { mayNarrow } from '@gatehouse/host/internal/node-internals/narrow';
import { ThreadRunner } from '@gatehouse/host/internal/supervisor/runners/thread-runner';
import { reachOf } from '@gatehouse/host/internal/supervisor/spare/plan';
import { SpareThread } from '@gatehouse/host/internal/supervisor/spare/spare-thread';
import t, { type Test } from 'tap';
import { message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost, pluginFolder } from '../support/open-host.js';
import { plainThread, supervise } from '../support/supervise.js';
import { crash, fixture, lookOf, sharing, specOf } from './sharing.js';

const skip = !mayNarrow && 'Node narrows a running thread from 24.21 on';

t.test('the session after a crash is on the spare thread, which nothing else replaces', { skip }, async (t) => {
  const { supervised, begun, is } = await sharing(t);
  await supervised.plugin.start();
  await is('ready');
  const [own, spare] = begun.all;
  t.equal(begun.all.length, 2);
  t.equal((await lookOf(supervised, 0)).threadId, own?.threadId, 'its first session has a thread of its own');
  const ended = once(own!, 'exit');
  const id = spare?.threadId;
  t.equal((await crash(supervised)).threadId, id);
  await ended;
  await is('ready', 2);
  t.equal(begun.all.length, 3, 'one more thread: the next spare one');
  const next = begun.all[2]?.threadId;
  t.equal((await crash(supervised)).threadId, next);
});

t.test(
  'a host says when its spare thread is ready, and the next answer after a crash is from it',
  { skip },
  async (t) => {
    const { host } = await openHost(t, { 'exits-or-names-its-thread': {} });
    const isReady = async () => {
      while (host.supervisor.spareThread !== 'ready') await turnOfLoop();
    };
    const threadOfAnswer = async (): Promise<number> => {
      for (;;) {
        const decision = host.onMessageEnqueue(provoking(message(), 'name'));
        if (decision.action === 'reject') return Number(decision.reason);
        await turnOfLoop();
      }
    };
    await isReady();
    const own = await threadOfAnswer();
    for (const spare of [own + 1, own + 2]) {
      t.match(host.onMessageEnqueue(provoking(message(), 'exit')), { action: 'defer', cause: 'crashed' });
      t.equal(await threadOfAnswer(), spare, 'the thread that began last before the crash');
      await isReady();
    }
  },
);

t.test('a thread that was the spare one may do what a fresh one may, and nothing else', { skip }, async (t) => {
  const { supervised, is, spec } = await sharing(t);
  await supervised.plugin.start();
  const fresh = await lookOf(supervised, 0);
  const own = new URL('.', spec.entry).pathname;
  t.strictSame(fresh.readable, [join(own, 'index.mjs')], 'it may not read the folder of the other plugin');
  t.strictSame(fresh.writable, [join(own, 'data')]);
  await is('ready');
  const { threadId, ...look } = await crash(supervised);
  t.not(threadId, fresh.threadId);
  // What it could write at first it can read now.
  t.strictSame(look.readable, [join(own, 'index.mjs'), join(own, 'data')]);
  t.strictSame(look.writable, fresh.writable);
  t.equal(look.given, fresh.given, 'the paths of others stand nowhere in its own data');
});

t.test('a spare thread that has ended is given to nobody, and a plugin boots one', { skip }, async (t) => {
  const { supervised, begun, is } = await sharing(t);
  await supervised.plugin.start();
  await is('ready');
  const spare = begun.all[1]!;
  const id = spare.threadId;
  await spare.terminate();
  await is('none');
  t.not((await crash(supervised)).threadId, id);
});

t.test('the folder of another plugin that is gone costs one spare thread, and not all of them', { skip }, async (t) => {
  const { supervised, begun, is, spec } = await sharing(t);
  await supervised.plugin.start();
  await is('ready');
  const id = begun.all[1]!.threadId;
  await rm(new URL('../b', spec.entry), { recursive: true });
  t.not((await crash(supervised)).threadId, id, 'it could not give the folder up');
  await is('ready', 2);
  const next = begun.all.at(-1)?.threadId;
  t.equal((await crash(supervised)).threadId, next);
});

t.test('a plugin that does not fit the shared one has a spare thread of its own after a crash', { skip }, async (t) => {
  const { supervised, begun, spare, spec, is } = await sharing(t);
  await supervised.plugin.start();
  await is('ready');
  const more = { ...spec, name: 'c', memoryMb: 96 };
  const other = supervise(t, fixture, more, (options) => new ThreadRunner(options, spare));
  await other.plugin.start();
  t.ok(spare.isReadyFor(spec) && !spare.covers(more));
  const { threadId } = await crash(other);
  t.equal(threadId, begun.all[3]?.threadId);
  await begun.until((all) => (all.length >= 5 ? true : undefined));
});

/** A spare thread of a plan made by hand. */
async function spareOn(t: Test, granted: readonly string[], named: readonly string[]) {
  const folder = await pluginFolder(t, { a: { fixture } });
  const spec = await specOf(folder, 'a', []);
  const { readable } = reachOf({ ...spec.thread, writable: [] });
  const thread = { ...plainThread, isolation: 'hardened-thread', readable: [...readable, ...granted] } as const;
  const reach = { readable: [...readable, ...named], writable: [] };
  const spare = new SpareThread({ memoryMb: 64, thread: { ...thread, granted: noPermissions }, reach }, () => {});
  t.teardown(() => spare.destroy());
  const taker = { spec: { ...spec, thread: { ...spec.thread, writable: [] } }, onRecord() {}, zombies };
  return { spare, taker };
}

const zombies = { zombie() {}, buried() {} };

t.test('a thread that still may read what was taken back becomes that of no plugin', { skip }, async (t) => {
  // Node takes back only what a flag granted by these very words, and says nothing otherwise.
  const { spare, taker } = await spareOn(t, ['/srv'], ['/srv/lists']);
  t.equal(await spare.booted(), true);
  await t.rejects(spare.become(taker), { message: 'it still has fs.read of /srv/lists' });
});

t.test('a spare thread runs no session before it is narrowed', { skip }, async (t) => {
  const { spare, taker } = await spareOn(t, ['/srv'], ['/srv']);
  await spare.booted();
  const [control, records] = [new MessageChannel(), new MessageChannel()].map(({ port2 }) => port2);
  const start = { plugin: taker.spec, control, records } as unknown as Parameters<SpareThread['run']>[0];
  const message = /a spare thread is narrowed before it runs a session/;
  await t.rejects(spare.run(start, new AbortController().signal), { message });
});

t.test('a spare thread becomes that of one plugin, and of no second one', { skip }, async (t) => {
  const { spare, taker } = await spareOn(t, ['/srv'], ['/srv']);
  await spare.booted();
  await spare.become(taker);
  await t.rejects(spare.become(taker), { message: /only a spare thread becomes that of a plugin, and once/ });
});
