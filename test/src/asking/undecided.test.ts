// Undecided is not allowed: where our own code failed to hear a plugin, no policy lets the message pass.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Decision } from '@gatehouse/host';
import type { AskedPlugin } from '@gatehouse/host/internal/asking/asked-plugin';
import { AsyncGate } from '@gatehouse/host/internal/asking/async-gate';
import { DecisionNumbers } from '@gatehouse/host/internal/asking/decision-numbers';
import type { FaultWatch } from '@gatehouse/host/internal/asking/fault-watch';
import { Gate, type GateOptions } from '@gatehouse/host/internal/asking/gate';
import { GateCall } from '@gatehouse/host/internal/asking/gate-call';
import type { Observers } from '@gatehouse/host/internal/asking/observers';
import { Pace } from '@gatehouse/host/internal/asking/pace';
import { Rings } from '@gatehouse/host/internal/asking/rings';
import { Routes } from '@gatehouse/host/internal/asking/routes';
import { SessionLink } from '@gatehouse/host/internal/asking/session-link';
import { Tally } from '@gatehouse/host/internal/asking/tally';
import {
  type ChannelHandle,
  type ChannelSizes,
  createChannel,
  createServerBell,
  defaultSizes,
  life,
  openServerBell,
  verdict,
  word,
} from '@gatehouse/host/internal/channel/index';
import type { MessageEvent } from '@gatehouse/plugin-api';
import { messengerHooks } from '@gatehouse/plugin-api/hooks';
import t, { type Test } from 'tap';
import { message } from '../support/events.js';

interface Asking {
  readonly gate: Gate;
  /** Decides without blocking, with the same session. */
  readonly decideAsync: (event: MessageEvent) => Promise<Decision>;
  readonly bugs: string[];
  /** Sessions of which the supervisor is told that they say that they have ended. */
  readonly ends: readonly number[];
  readonly channel: ChannelHandle;
  readonly plugin: AskedPlugin;
}

/** What answers a lane: its verdict on each frame, or null for none. */
type Kinds = readonly (number | null)[];

/** A gate on one plugin of which every fault counts as `continue`, and a thread that answers for it. */
async function asking(
  t: Test,
  kinds: Kinds,
  sizes: ChannelSizes = defaultSizes,
  order: GateOptions['chain'] = 'sequential',
  onBug: () => void = () => {},
  onFault: () => void = () => {},
): Promise<Asking> {
  const serverBell = createServerBell();
  const channel = createChannel(sizes);
  const worker = new Worker(new URL('../../fixtures/threads/answers-as-told.mjs', import.meta.url), {
    workerData: { channel, serverBell, kinds },
    execArgv: ['--conditions=gatehouse-internal'],
  });
  t.teardown(() => worker.terminate());
  await once(worker, 'message');
  const bugs: string[] = [];
  const ends: number[] = [];
  const watch: FaultWatch = {
    faulted: () => onFault(),
    undecided: (plugin, _hook, detail) => {
      bugs.push(`${plugin}: ${detail}`);
      onBug();
    },
    admitted: () => {},
    stalled: () => {},
    ended: ({ id }) => ends.push(id),
    recovered: () => {},
  };
  const options: GateOptions = { budgetMs: 10_000, chain: order, wait: 'park', sizes: defaultSizes };
  const bell = openServerBell(serverBell);
  const hook = { name: 'onMessageEnqueue', id: 0, row: messengerHooks.rows.onMessageEnqueue };
  const context = { bell, rings: new Rings(bell), watch, numbers: new DecisionNumbers() };
  const gate = new Gate(hook, context, options);
  const asyncGate = new AsyncGate(hook, context, options);
  const links: SessionLink<AskedPlugin>[] = [];
  const plugin: AskedPlugin = {
    name: 'guard',
    generation: 1,
    deadlineMs: 10_000,
    tally: new Tally(),
    pace: new Pace(),
    links,
    expectsSession: true,
    policyOf: () => 'continue',
  };
  links.push(new SessionLink(plugin, { id: 1, channel }));
  gate.chain = [plugin];
  asyncGate.chain = [plugin];
  const decideAsync = (event: MessageEvent) =>
    asyncGate.decide(event, { budgetMs: undefined, waitForRestartMs: 0, signal: undefined });
  return { gate, decideAsync, bugs, ends, plugin, channel };
}

const undecided = { action: 'defer', plugin: 'guard', cause: 'undecided' };

for (const order of ['sequential', 'parallel'] as const) {
  t.test(`in a ${order} chain a call that is answered without a verdict on a message defers it`, async (t) => {
    const { gate, bugs, plugin } = await asking(t, [verdict.CONTINUE, null], defaultSizes, order);
    const decisions = gate.decideAll('abcd'.split('').map((_, i) => message(i)));
    t.match(decisions, [{ action: 'continue' }, undecided, { action: 'continue' }, undecided]);
    t.equal(plugin.tally.undecided, 2);
    t.equal(plugin.tally.admitted['timed-out'], 0);
    t.match(bugs, ['guard: it answered the call, and this event has no verdict', /^guard: it answered/]);
    t.match(gate.decide(message(1)), { action: 'continue' }, 'and the next call is asked as ever');
  });

  t.test(`in a ${order} chain that is asked without blocking it is the same`, async (t) => {
    const { decideAsync, bugs, plugin } = await asking(t, [verdict.CONTINUE, null], defaultSizes, order);
    const decisions = await Promise.all('abcd'.split('').map((_, i) => decideAsync(message(i))));
    t.match(decisions, [{ action: 'continue' }, undecided, { action: 'continue' }, undecided]);
    t.equal(plugin.tally.undecided, 2);
    t.match(bugs, [/it answered the call/, /it answered the call/]);
    t.match(await decideAsync(message(1)), { action: 'continue' });
  });
}

t.test('a verdict that there is not is none', async (t) => {
  const { gate } = await asking(t, [7]);
  t.match(gate.decide(message(1)), undecided);
});

t.test('a session that could not ask its plugin says so, and the message is deferred', async (t) => {
  const { gate, bugs } = await asking(t, [verdict.UNDECIDED]);
  t.match(gate.decide(message(1)), undecided);
  t.strictSame(bugs, ['guard: as it was told']);
});

t.test('a frame that does not fit its lane defers its message, and no other one', async (t) => {
  const small = { ...defaultSizes, callMax: 2 };
  const { gate, bugs, plugin } = await asking(t, [verdict.CONTINUE], small);
  const decisions = gate.decideAll([message(1), message(2), message(3)]);
  t.match(decisions, [{ action: 'continue' }, { action: 'continue' }, undecided]);
  t.equal(plugin.tally.undecided, 1);
  t.strictSame(bugs, ['guard: its frame did not fit the lane']);
});

t.test(
  'an invariant that breaks in a call defers all of it, and the plugin is asked again once its lane is free',
  async (t) => {
    const { gate, bugs, plugin } = await asking(t, [verdict.CONTINUE]);
    const [link] = plugin.links;
    // As a bug would do it: a call is sent and never collected.
    link!.lane.begin();
    link!.lane.put(new Int32Array(30), 0, 30);
    link!.lane.send(0);
    t.match(gate.decide(message(1)), undecided);
    t.match(bugs, [/^guard: broken invariant: a lane is written to only after/]);
    while (!link!.lane.isAnswered()) await new Promise(setImmediate);
    t.match(gate.decide(message(1)), { action: 'continue' });
  },
);

t.test('an event continues only when as many plugins were heard as were to be asked', async (t) => {
  const call = new GateCall<string>(4);
  const [one, two] = [{ name: 'one' } as AskedPlugin, { name: 'two' } as AskedPlugin];
  call.chain = [one, two];
  call.begin(['a', 'b', 'c'], 0, 3);
  for (const index of [0, 0, 1]) call.passes(index);
  call.object(2, one, { kind: 'fault', cause: 'threw', policy: 'continue' });
  t.notOk(call.conclude());
  t.match(
    [0, 1, 2].map((index) => call.decision(index)),
    [{ action: 'continue' }, { ...undecided, plugin: 'one, two' }, { ...undecided, plugin: 'one, two' }],
  );
  t.equal(call.unheard, 2);
});

t.test('a call in hand is not begun again, and holds no more than a lane', async (t) => {
  const call = new GateCall<string>(1);
  t.throws(() => call.begin(['a', 'b'], 0, 2), /no more events than a lane holds/);
});

t.test('a decision is not begun in the middle of another, which goes on', async (t) => {
  const { gate, bugs } = await asking(t, [null, verdict.CONTINUE], defaultSizes, 'sequential', () => {
    t.throws(() => gate.decide(message(7)), /a decision begins once the one before has ended/);
  });
  t.match(gate.decideAll([message(1), message(2)]), [undecided, { action: 'continue' }]);
  t.equal(bugs.length, 1);
});

t.test('a decision is not begun while a plugin that cannot be asked is reported', async (t) => {
  const { gate, plugin } = await asking(t, [verdict.CONTINUE], defaultSizes, 'sequential', undefined, () => {
    t.throws(() => gate.decide(message(9)), /a decision begins once the one before has ended/);
  });
  (plugin.links as (typeof plugin.links)[number][])[0] = undefined;
  t.match(gate.decide(message(1)), { action: 'continue', faults: [{ plugin: 'guard', cause: 'unavailable' }] });
  t.equal(plugin.tally.faults.unavailable, 1);
});

t.test(
  'a plugin that is enabled has one place in the chain, and a list in which it has two changes nothing',
  async (t) => {
    const chains: (readonly string[])[] = [];
    const gate = {
      set chain(plugins: readonly AskedPlugin[]) {
        chains.push(plugins.map(({ name }) => name));
      },
    };
    const gateOf = () => ({ blocking: gate, async: gate });
    const routes = new Routes(messengerHooks, gateOf as never, {} as Observers);
    const plugin = (name: string, state = 'ready') => ({ name, enabled: true, state, implements: () => true }) as never;
    routes.replace([plugin('a'), plugin('b', 'failed')]);
    t.throws(() => routes.replace([plugin('a'), plugin('a')]), /an enabled plugin has one place in the chain/);
    t.strictSame(chains, Array(2).fill(['a', 'b']), 'both ways to ask');
  },
);

t.test(
  'a session whose memory says falsely that it has ended is absent, and its supervisor is told once',
  async (t) => {
    const { gate, ends, plugin, channel } = await asking(t, [verdict.CONTINUE]);
    Atomics.store(new Int32Array(channel.memory), word.LIFE, life.ENDED);
    for (const _ of [1, 2]) t.match(gate.decide(message(1)), { action: 'continue', admittedWithout: ['guard'] });
    t.equal(plugin.tally.faults.unavailable, 2);
    t.strictSame(ends, [1]);
  },
);
