// One plugin under supervision, in the test's own thread, with real threads of its own.

import { createServerBell, defaultSizes, openServerBell } from '@gatehouse/host/internal/channel/index';
import { noPermissions } from '@gatehouse/host/internal/session/permissions';
import type { PluginSpec, SupervisorEvent, ThreadSpec } from '@gatehouse/host/internal/supervisor/control';
import { SupervisedPlugin } from '@gatehouse/host/internal/supervisor/supervised-plugin';
import t, { type Test } from 'tap';

type Told = Parameters<ConstructorParameters<typeof SupervisedPlugin>[2]>[0];

const plainThread: ThreadSpec = {
  isolation: 'thread',
  canAsk: false,
  asked: noPermissions,
  granted: noPermissions,
  readable: [],
  writable: [],
  env: {},
  niceness: { gate: 0, observers: 0 },
};

interface Supervised {
  readonly plugin: SupervisedPlugin;
  readonly told: Told[];
  /** The first event that fits, also one that is still to come. */
  event<T extends Told>(fits: (event: Told) => event is T): Promise<T>;
  states(): readonly string[];
}

function supervise(t: Test, fixture: string, more: Partial<PluginSpec> = {}): Supervised {
  const entry = new URL(`../../fixtures/plugins/${fixture}.mjs`, import.meta.url).href;
  const limits = { threads: 1, memoryMb: 64, startMs: 20_000, stopMs: 10_000 };
  const serverBell = createServerBell();
  const around = { sizes: defaultSizes, serverBell, wait: 'park', bell: openServerBell(serverBell) } as const;
  const told: Told[] = [];
  let waiting: (() => void)[] = [];
  const spec = { name: fixture, entry, config: {}, ...limits, thread: plainThread, ...more };
  const plugin = new SupervisedPlugin(spec, around, (event) => {
    told.push(event);
    for (const resolve of waiting.splice(0)) resolve();
  });
  t.teardown(() => plugin.stop());
  const event = async <T extends Told>(fits: (event: Told) => event is T): Promise<T> => {
    for (;;) {
      const found = told.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        waiting = [...waiting, resolve];
      });
    }
  };
  const states = () => told.flatMap((event) => (event.type === 'state' ? [event.state] : []));
  return { plugin, told, event, states };
}

type Opened = Extract<SupervisorEvent, { type: 'session-opened' }>;
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
  const { plugin, told, states } = supervise(t, 'start-throws', { threads: 2 });
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
  await event((told): told is Opened => isOpened(told) && told.session !== session);
  plugin.replace(session, 'of the past');
  await plugin.stop();
  t.same(states(), ['starting', 'ready', 'restarting', 'ready', 'stopping', 'disabled']);
});
