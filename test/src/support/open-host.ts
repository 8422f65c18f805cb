// A host with plugins of test/plugins, in its own folder and with its own state file, closed when the test ends.

import { join } from 'node:path';
import {
  createHost,
  type Host,
  type HostOptions,
  type PluginState,
  type PluginStatus,
  type PolicyWish,
  type StateChange,
} from '@gatehouse/host';
import type { Test } from 'tap';
import { linkModules, putPlugin } from '../../plugins/zoo.mjs';
import { LogLines } from './log-lines.js';
import { tempFolder } from './temp-folder.js';

/** A plugin of a test: its manifest, and the name of its code in test/plugins if that differs. */
export interface TestPlugin {
  readonly fixture?: string;
  readonly threads?: number;
  readonly order?: number;
  readonly deadlineMs?: number;
  readonly startMs?: number;
  readonly stopMs?: number;
  readonly memoryMb?: number;
  readonly hooks?: readonly string[];
  readonly config?: object;
  readonly onFault?: PolicyWish;
  readonly permissions?: object;
  readonly isolation?: string;
}

export type TestPlugins = Readonly<Record<string, TestPlugin>>;

export interface Opened {
  readonly host: Host;
  readonly folder: string;
  readonly log: LogLines;
  /** Changes of state since the host was opened, as `plugin: from → to`. */
  readonly changes: StateChange[];
  /** Resolves once the plugin is in this state; at once if it already is. */
  is(plugin: string, state: PluginState): Promise<PluginStatus>;
}

/** Generous, because other processes share the cores: a test of a deadline sets its own. */
const patient = { deadlineMs: 10_000 };
const patientBudgetMs = 20_000;
const patientReadyMs = 60_000;

/** Creates a folder with these plugins in it. */
export async function pluginFolder(t: Test, plugins: TestPlugins): Promise<string> {
  const folder = await tempFolder(t);
  linkModules(folder);
  for (const [name, plugin] of Object.entries(plugins)) addPlugin(folder, name, plugin);
  return folder;
}

/** Adds a plugin to a folder. */
export function addPlugin(folder: string, name: string, { fixture = name, ...manifest }: TestPlugin = {}): void {
  putPlugin(folder, name, fixture, { ...patient, ...manifest });
}

/** Opens a host with these plugins, all of them enabled by default. */
export async function openHost(t: Test, plugins: TestPlugins, options: Partial<HostOptions> = {}): Promise<Opened> {
  const folder = options.plugins?.[0] ?? (await pluginFolder(t, plugins));
  return openHostAt(t, folder, { enabled: Object.keys(plugins), ...options });
}

/** Opens a host on a folder. */
export async function openHostAt(t: Test, folder: string, options: Partial<HostOptions> = {}): Promise<Opened> {
  const log = new LogLines();
  const host = await createHost({
    plugins: [folder],
    stateFile: join(folder, '.state.json'),
    logger: log.logger,
    readyMs: patientReadyMs,
    ...options,
    gate: { budgetMs: patientBudgetMs, ...options.gate },
  });
  t.teardown(async () => {
    await host.close();
    // The supervisor emitted an impossible event: a bug of ours, which a host survives.
    for (const { msg } of log.of(/^not taken in/)) throw new Error(msg);
  });
  const changes: StateChange[] = [];
  host.subscribe((change) => changes.push(change));
  return { host, folder, log, changes, is: (plugin, state) => until(host, plugin, state) };
}

function until(host: Host, plugin: string, state: PluginState): Promise<PluginStatus> {
  return new Promise((resolve, reject) => {
    const unsubscribe = host.subscribe((change) => {
      if (change.plugin === plugin && change.to === state) settle();
    });
    const settle = () => {
      unsubscribe();
      host.get(plugin).then(resolve, reject);
    };
    host.get(plugin).then((status) => status.state === state && settle(), reject);
  });
}

/** Returns the changes of one plugin, abbreviated. */
export function stepsOf(changes: readonly StateChange[], plugin: string): readonly string[] {
  return changes.filter((change) => change.plugin === plugin).map(({ from, to }) => `${from} → ${to}`);
}
