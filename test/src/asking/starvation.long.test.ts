// A thread that is kept from its core is told from one that hangs, by what the kernel counts.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lookMs, Starvation } from '@gatehouse/host/internal/asking/starvation';
import t, { type Test } from 'tap';
import { message } from '../support/events.js';
import { openHost } from '../support/open-host.js';
import { tempFolder } from '../support/temp-folder.js';

interface Account {
  readonly ranMs: number;
  readonly waitedMs: number;
  readonly state: 'R' | 'S' | 'T';
}

function write(folder: string, { ranMs, waitedMs, state }: Account): void {
  writeFileSync(join(folder, 'schedstat'), `${ranMs * 1e6} ${waitedMs * 1e6} 7\n`);
  writeFileSync(join(folder, 'stat'), `123 (a (b) c) ${state} 1 2 3\n`);
}

/** A thread as the kernel shows it, which the test writes. */
async function thread(t: Test) {
  const folder = await tempFolder(t);
  return { starvation: new Starvation(folder), say: (account: Account) => write(folder, account) };
}

/** What it says of a thread that ran and waited for so long in a share of the time between two looks. */
async function judge(t: Test, after: (ms: number) => Account): Promise<boolean> {
  const { starvation, say } = await thread(t);
  say({ ranMs: 100, waitedMs: 50, state: 'S' });
  const from = performance.now();
  starvation.begin();
  await pause(5 * lookMs);
  const ms = performance.now() - from;
  const { ranMs, waitedMs, state } = after(ms);
  say({ ranMs: 100 + ranMs, waitedMs: 50 + waitedMs, state });
  // One look at which it rests decides nothing.
  starvation.isStarved(enoughMs);
  await pause(2 * lookMs);
  const more = after(performance.now() - from);
  say({ ranMs: 100 + more.ranMs, waitedMs: 50 + more.waitedMs, state: more.state });
  return starvation.isStarved(enoughMs);
}

/** More than any of these threads runs. */
const enoughMs = 10_000;

/** Whether one that rests is taken for starved after three looks, while the thread by which it answers does this. */
async function judgeRelayed(t: Test, relays: Account): Promise<boolean> {
  const [folder, relay] = [await tempFolder(t), await tempFolder(t)];
  const rests: Account = { ranMs: 100, waitedMs: 0, state: 'S' };
  write(folder, rests);
  write(relay, { ranMs: 7, waitedMs: 0, state: 'S' });
  const starvation = new Starvation(folder, relay);
  starvation.begin();
  let isStarved = false;
  for (let looks = 0; looks < 3; looks++) {
    await pause(2 * lookMs);
    write(relay, relays);
    isStarved = starvation.isStarved(enoughMs);
  }
  return isStarved;
}

t.test('a thread that waited for a core for longer than it ran is starved', async (t) => {
  t.ok(await judge(t, (ms) => ({ ranMs: ms * 0.1, waitedMs: ms * 0.8, state: 'S' })));
});

t.test(
  'a thread that wants to run and has not run at all is starved, though the kernel has not added its wait yet',
  async (t) => {
    t.ok(await judge(t, () => ({ ranMs: 0, waitedMs: 0, state: 'R' })));
  },
);

t.test('a thread that runs is not starved, and neither is one that sleeps or is stopped', async (t) => {
  t.notOk(await judge(t, (ms) => ({ ranMs: ms * 0.9, waitedMs: ms * 0.05, state: 'R' })));
  t.notOk(await judge(t, () => ({ ranMs: 0, waitedMs: 0, state: 'S' })));
  t.notOk(await judge(t, () => ({ ranMs: 0, waitedMs: 0, state: 'T' })));
});

t.test(
  'a thread that has answered is starved while the one that passes its answer on is kept from a core',
  async (t) => {
    t.ok(await judgeRelayed(t, { ranMs: 7, waitedMs: 0, state: 'R' }));
    t.notOk(await judgeRelayed(t, { ranMs: 7, waitedMs: 0, state: 'S' }));
  },
);

t.test('a thread that has had its time since it was late is late by itself, however long it waited', async (t) => {
  const { starvation, say } = await thread(t);
  say({ ranMs: 100, waitedMs: 0, state: 'R' });
  starvation.begin();
  await pause(2 * lookMs);
  say({ ranMs: 101, waitedMs: 200, state: 'R' });
  t.ok(starvation.isStarved(50));
  await pause(2 * lookMs);
  say({ ranMs: 151, waitedMs: 900, state: 'R' });
  t.notOk(starvation.isStarved(50));
});

t.test('of a thread that is not known, or that is gone, nothing is said', async (t) => {
  t.notOk(new Starvation(undefined).isKnown);
  t.notOk(new Starvation(undefined).isStarved(enoughMs));
  const gone = new Starvation(join(await tempFolder(t), 'gone'));
  gone.begin();
  t.notOk(gone.isStarved(enoughMs));
});

/** Keeps all cores busy for as long as the test takes. */
function hogCores(t: Test): void {
  for (let i = 0; i < 2 * availableParallelism(); i++) {
    const hog = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    t.teardown(() => hog.kill('SIGKILL'));
  }
}

const isLinux = process.platform === 'linux';

for (const isolation of ['hardened-thread', 'process'] as const) {
  t.test(`a guard in a ${isolation} that the machine keeps from its core is waited for`, async (t) => {
    if (!isLinux) return t.comment('what keeps a thread from running is known on Linux only');
    const plugins = { guard: { fixture: 'works-hard', deadlineMs: 60, isolation } };
    const { host } = await openHost(t, plugins, { niceness: { gate: 19 } });
    // Compiled first, and found to take less than its deadline.
    for (let i = 0; i < 20; i++) host.onMessageEnqueue(message(1000));
    hogCores(t);
    await pause(1000);
    const before = (await host.get('guard')).counters;
    // The scheduler may grant it a core at any time: how many calls it takes until it is kept from one is not ours.
    const ended = performance.now() + 60_000;
    let after = before;
    while (after.starved < before.starved + 2 && performance.now() < ended) {
      t.match(host.onMessageEnqueue(message(1500)), { action: 'continue' });
      after = (await host.get('guard')).counters;
    }
    t.equal(after.faults['timed-out'], before.faults['timed-out']);
    t.equal(after.crashes, 0);
    t.ok(after.starved > before.starved, `${after.starved} times`);
  });
}
