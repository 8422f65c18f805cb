// A plugin with real threads, supervised in the test's own thread, stopped when the test ends.

import { createServerBell, defaultSizes, openServerBell } from '@gatehouse/host/internal/channel/index';
import { noPermissions } from '@gatehouse/host/internal/contract/permissions';
import type { PluginSpec, ThreadSpec } from '@gatehouse/host/internal/contract/supervisor-contract';
import type { CreateRunner } from '@gatehouse/host/internal/supervisor/runners/session-runner';
import { ThreadRunner } from '@gatehouse/host/internal/supervisor/runners/thread-runner';
import { SupervisedPlugin } from '@gatehouse/host/internal/supervisor/supervised-plugin';
import { messengerHooks } from '@gatehouse/plugin-api/hooks';
import type { Test } from 'tap';
import { Arrivals } from './arrivals.js';
import { urlOf } from './misbehaviours.js';

export type Told = Parameters<ConstructorParameters<typeof SupervisedPlugin>[3]>[0];

export const plainThread: ThreadSpec = {
  isolation: 'thread',
  canAsk: false,
  asked: noPermissions,
  granted: noPermissions,
  readable: [],
  writable: [],
  env: {},
  niceness: { gate: 0, observers: 0 },
};

export interface Supervised {
  readonly plugin: SupervisedPlugin;
  readonly told: readonly Told[];
  /** Resolves with the first event that fits, even if it is still to come. */
  event<T extends Told>(fits: (event: Told) => event is T): Promise<T>;
  states(): readonly string[];
}

export function supervise(
  t: Test,
  fixture: string,
  more: Partial<PluginSpec> = {},
  createRunner: CreateRunner = (options) => new ThreadRunner(options),
): Supervised {
  const entry = urlOf(fixture);
  const limits = { threads: 1, memoryMb: 64, startMs: 20_000, stopMs: 10_000 };
  const serverBell = createServerBell();
  const around = {
    hooks: messengerHooks,
    sizes: defaultSizes,
    serverBell,
    wait: 'park',
    bell: openServerBell(serverBell),
    life: 0,
  } as const;
  const told = new Arrivals<Told>();
  const spec = { name: fixture, entry, config: {}, ...limits, thread: plainThread, ...more };
  const plugin = new SupervisedPlugin(spec, around, createRunner, (event) => told.add(event));
  t.teardown(() => plugin.stop());
  const event = <T extends Told>(fits: (event: Told) => event is T) => told.until((all) => all.find(fits));
  const states = () => told.all.flatMap((event) => (event.type === 'state' ? [event.state] : []));
  return { plugin, told: told.all, event, states };
}
