// One plugin under supervision, in the test's own thread, with real threads of its own.

import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { createServerBell, defaultSizes, openServerBell } from '@gatehouse/host/internal/channel/index';
import type { SupervisorEvent } from '@gatehouse/host/internal/contract/supervisor-contract';
import type { SessionRunner } from '@gatehouse/host/internal/supervisor/runners/session-runner';
import { ThreadRunner } from '@gatehouse/host/internal/supervisor/runners/thread-runner';
import { SupervisedPlugin } from '@gatehouse/host/internal/supervisor/supervised-plugin';
import { messengerHooks } from '@gatehouse/plugin-api/hooks';
import t, { type Test } from 'tap';
import { plainThread, supervise, type Told } from '../support/supervise.js';

type Opened = Extract<SupervisorEvent, { type: 'session-opened' }>;
type State = Extract<SupervisorEvent, { type: 'state' }>;
type Logged = Extract<SupervisorEvent, { type: 'record' }>;
const isOpened = (event: Told): event is Opened => event.type === 'session-opened';
const isLogged =
  (message: string) =>
  (event: Told): event is Logged =>
    event.type === 'record' && event.record.message === message;

t.test(
  'from when it is stopped nothing else is told of its states, also when it comes to serve meanwhile',
  async (t) => {
    const lives = new Int32Array(new SharedArrayBuffer(4));
    const { plugin, told, event, states } = supervise(t, 'starts-late-again', { config: { lives } });
    t.equal(await plugin.start(), true);
    plugin.replace((await event(isOpened)).session, 'for a test');
    await event(isLogged('starting again'));
    await plugin.stop();
    t.same(states(), ['starting', 'ready', 'restarting', 'stopping', 'disabled']);
    const sessions = told.filter(({ type }) => type.startsWith('session-')).map(({ type }) => type);
    t.same(sessions, ['session-opened', 'session-ended']);
    t.match(
      told.find(({ type, ...rest }) => type === 'state' && 'state' in rest && rest.state === 'restarting'),
      {
        reason: 'for a test',
      },
    );
  },
);

t.test('one that is stopped while it starts is disabled, and neither ready nor failed', async (t) => {
  const lives = new Int32Array(new SharedArrayBuffer(4)).fill(1);
  const { plugin, event, states } = supervise(t, 'starts-late-again', { config: { lives } });
  const starting = plugin.start();
  await event(isLogged('starting again'));
  await plugin.stop();
  t.equal(await starting, true);
  t.same(states(), ['starting', 'stopping', 'disabled']);
});

t.test('one that cannot start has failed, and no session of it is told to be open', async (t) => {
  const { plugin, told, states } = supervise(t, 'throws-in-start', { threads: 2 });
  t.equal(await plugin.start(), false);
  t.same(states(), ['starting', 'failed']);
  t.notOk(told.some(({ type }) => type === 'session-opened'));
});

t.test('a session that is replaced twice is replaced once', async (t) => {
  const { plugin, event, states } = supervise(t, 'continues');
  await plugin.start();
  const { session } = await event(isOpened);
  plugin.replace(session, 'late');
  plugin.replace(session, 'later');
  await event((told): told is State => told.type === 'state' && told.reason.startsWith('restarted after'));
  plugin.replace(session, 'of the past');
  await plugin.stop();
  t.same(states(), ['starting', 'ready', 'restarting', 'ready', 'stopping', 'disabled']);
});

t.test('a plugin has a spare thread once it has crashed, and not before', async (t) => {
  const begun: number[] = [];
  let resolve = () => {};
  const third = new Promise<void>((done) => {
    resolve = done;
  });
  const seen = (worker: Worker) => {
    if (begun.push(worker.threadId) === 3) resolve();
  };
  process.on('worker', seen);
  t.teardown(() => process.off('worker', seen));
  const { plugin, event } = supervise(t, 'names-its-thread');
  await plugin.start();
  t.equal(begun.length, 1);
  plugin.replace((await event(isOpened)).session, 'for a test');
  await third;
});

/** A supervised plugin whose sessions live in what `runner` is, in place of threads. */
function superviseWith(t: Test, createRunner: () => SessionRunner) {
  const serverBell = createServerBell();
  const around = {
    hooks: messengerHooks,
    sizes: defaultSizes,
    serverBell,
    wait: 'park',
    bell: openServerBell(serverBell),
    life: 0,
  } as const;
  const told: Told[] = [];
  const limits = { threads: 1, memoryMb: 64, startMs: 20_000, stopMs: 100 };
  const spec = { name: 'broken', entry: 'file:///nowhere', config: {}, ...limits, thread: plainThread };
  const plugin = new SupervisedPlugin(spec, around, createRunner, (event) => told.push(event));
  t.teardown(() => plugin.stop());
  return { plugin, told };
}

const noRunner: SessionRunner = {
  run: () => Promise.resolve(),
  whereItStands: () => Promise.reject(new Error('a bug of ours')),
  threadOf: () => undefined,
  callPipeOf: () => undefined,
  taskOf: () => undefined,
  retire: () => {},
  destroy: () => Promise.resolve(),
};

t.test('a bug of ours in running a session fails its plugin alone, and is no unhandled rejection', async (t) => {
  const run = () => {
    throw new Error('a bug of ours');
  };
  const { plugin, told } = superviseWith(t, () => ({ ...noRunner, run }));
  t.equal(await plugin.start(), false);
  t.match(told.at(-1), { type: 'state', state: 'failed', reason: /a bug of ours/ });
});

t.test('a bug of ours in ending what a plugin lives in fails that plugin alone', async (t) => {
  const destroy = () => Promise.reject(new Error('a bug of ours'));
  const { plugin, told } = superviseWith(t, () => ({ ...noRunner, destroy }));
  t.equal(await plugin.start(), false);
  t.match(
    told.filter((event) => event.type === 'record').find(({ record }) => record.message !== 'it threw'),
    { record: { level: 'error', message: /not ended cleanly: a bug of ours/ } },
  );
});

t.test('a bug of ours in making what a plugin lives in concerns that plugin alone, which is given up', async (t) => {
  let runners = 0;
  const { plugin, event } = supervise(t, 'continues', {}, (options) => {
    runners += 1;
    if (runners > 1) throw new Error('a bug of ours');
    const runner = new ThreadRunner(options);
    const open = runner.run.bind(runner);
    let sessions = 0;
    runner.run = (...args) => (++sessions === 1 ? open(...args) : Promise.reject(new Error('no second one')));
    return runner;
  });
  await plugin.start();
  const { session } = await event(isOpened);
  plugin.replace(session, 'for a test');
  const isGivenUp = (told: Told): told is State => told.type === 'state' && told.state === 'quarantined';
  t.match((await event(isGivenUp)).reason, /could not be restarted: a bug of ours/);
});

t.test('many plugins start side by side only as many as there are cores', async (t) => {
  const counts = { now: new Int32Array(new SharedArrayBuffer(4)), most: new Int32Array(new SharedArrayBuffer(4)) };
  const many = Array.from({ length: 4 * availableParallelism() }, () =>
    supervise(t, 'counts-starts', { config: counts }),
  );
  t.same(new Set(await Promise.all(many.map(({ plugin }) => plugin.start()))), new Set([true]));
  const most = Atomics.load(counts.most, 0);
  // A start that takes 3 s on a busy machine holds up others no longer.
  t.ok(most > 0 && most <= 2 * availableParallelism(), `${most} of ${many.length}`);
});

const isState =
  (state: string) =>
  (event: Told): event is State =>
    event.type === 'state' && event.state === state;

for (const [trialMs, next] of [
  [60_000, 'quarantined'],
  [0, 'restarting'],
] as const) {
  t.test(`a crash with ${trialMs} ms of its trial left makes a plugin ${next}`, async (t) => {
    const { plugin, event, states } = supervise(t, 'starts-late-again', {
      trialMs,
      config: { lives: new Int32Array(new SharedArrayBuffer(4)) },
    });
    t.equal(await plugin.start(), true);
    plugin.replace((await event(isOpened)).session, 'for a test');
    await event(isState(next));
    t.same(states().slice(0, 3), ['starting', 'ready', next]);
  });
}
