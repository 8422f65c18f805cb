// The host: every hook of the table as a method, and what operators may do.

import type { EventOf, HookName } from '@gatehouse/plugin-api';
import type { HookTable, hooks } from '@gatehouse/plugin-api/hooks';
import type { Condition } from './contract/conditions.js';
import type { Decision } from './contract/decision.js';
import type { PluginStatus, Rescan, StateChange, SupervisorStatus } from './contract/status.js';

/**
 * Every hook of the table as a method.
 * @throws GatehouseError EVENT_INVALID for an event that has not the shape of a gate hook: a mistake of the caller's
 */
export type HostHooks<T extends HookTable = typeof hooks> = {
  readonly [N in HookName<'gate', T>]: (event: EventOf<N, T>) => Decision;
} & {
  readonly [N in HookName<'observer', T>]: (event: EventOf<N, T>) => void;
};

export interface Host extends HostHooks {
  /** Decides several events of a gate hook in one blocking call; the decisions stand in the order of the events. */
  decideAll<N extends HookName<'gate'>>(hook: N, events: readonly EventOf<N>[]): Decision[];
  /** All plugins as they are. Looks through the folders at most once a second, and starts nothing. */
  list(): Promise<readonly PluginStatus[]>;
  /** @throws GatehouseError PLUGIN_UNKNOWN */
  get(name: string): Promise<PluginStatus>;
  /** Looks through the folders, starts what is to run and does not, and resolves once that is ready or has failed. */
  rescan(): Promise<Rescan>;
  /** All that is not as it should be at the moment; empty when all is well. */
  conditions(): readonly Condition[];
  /** Starts a plugin; resolves once it is ready. Nothing happens when it is already. Releases one that is quarantined, on trial. @throws GatehouseError PLUGIN_UNKNOWN, PLUGIN_INVALID, PLUGIN_CONFIG_INVALID, PLUGIN_NOT_STARTED */
  enable(name: string): Promise<PluginStatus>;
  /**
   * Stops a plugin; resolves once its threads are gone. Whatever becomes of the state file, it holds until the host
   * closes: a change that could not be stored is in the status as `notRemembered`. @throws GatehouseError PLUGIN_UNKNOWN
   */
  disable(name: string): Promise<PluginStatus>;
  /** Calls `listener` at every change of a plugin's state. Returns what ends that. */
  subscribe(listener: (change: StateChange) => void): () => void;
  /** Whether there is a supervisor, without which no plugin runs: all count as `unavailable` until there is. */
  readonly supervisor: SupervisorStatus;
  /** Calls `listener` at every change of that; `lost` is the last one. Returns what ends that. */
  onSupervisor(listener: (status: SupervisorStatus) => void): () => void;
  /** Ends every plugin and every thread. */
  close(): Promise<void>;
}
