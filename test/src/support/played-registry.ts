// The registry of plugins without threads: the test plays the supervisor.

import { join } from 'node:path';
import type { PluginState, StateChange } from '@gatehouse/host';
import type { PluginControl } from '@gatehouse/host/internal/plugins/reconcile';
import { Registry, type RegistryOptions } from '@gatehouse/host/internal/plugins/registry';
import { openStateFile } from '@gatehouse/host/internal/plugins/state-file';
import type { Test } from 'tap';
import { pluginFiles, tempFolder } from './temp-folder.js';

export interface Played {
  readonly registry: Registry;
  readonly folder: string;
  readonly calls: string[];
  readonly changes: StateChange[];
  /** Plugins for which the registry reported that a state could not be stored. */
  readonly forgotten: string[];
  /** Emits states as events of the supervisor. */
  tell(plugin: string, ...states: readonly PluginState[]): void;
}

const allowances = { grants: {}, isolation: {}, pluginData: undefined, niceness: { gate: 0, observers: 0 } };

/**
 * Opens a registry of one plugin, `guard`, unless the options name folders; its state file is in the first. `answer`
 * plays the supervisor when it is called.
 */
export async function play(
  t: Test,
  answer: (played: Played, call: string, name: string) => void,
  options: Partial<RegistryOptions> = {},
): Promise<Played> {
  const folder = options.folders?.[0] ?? (await tempFolder(t, pluginFiles('guard')));
  const calls: string[] = [];
  const called = (call: string) => async (plugin: string) => {
    calls.push(`${call} ${plugin}`);
    answer(played, call, plugin);
  };
  const control: PluginControl = { start: ({ name }) => called('start')(name), stop: called('stop') };
  const stateFile = await openStateFile(join(folder, '.state', 'file.json'));
  const nothing = { enabledAtFirst: [], enabledIfFound: [], config: {}, policies: {}, allowances };
  const forgotten: string[] = [];
  const all = { folders: [folder], ...nothing, ...options };
  const registry = new Registry(all, stateFile, control, {
    notRemembered: ({ name }) => forgotten.push(name),
    found: () => {},
    passedOver: () => {},
  });
  const changes: StateChange[] = [];
  registry.subscribe((change) => changes.push(change));
  const tell = (plugin: string, ...states: readonly PluginState[]) => {
    for (const state of states) registry.onEvent({ plugin, type: 'state', state, reason: '' });
  };
  const played: Played = { registry, folder, calls, changes, forgotten, tell };
  await registry.open(10_000);
  return played;
}

/** Plays a supervisor that obeys every call. */
export function willing({ tell }: Played, call: string, name: string): void {
  if (call === 'start') tell(name, 'starting', 'ready');
  else tell(name, 'stopping', 'disabled');
}
