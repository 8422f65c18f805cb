// The host: the hooks of its table, and the actions of operators.

import type { EventIn, HookNameIn, HookTable, hooks, RejectDataIn } from '@gatehouse/plugin-api/hooks';
import type { Condition } from './contract/conditions.js';
import type { Decision } from './contract/decision.js';
import type { HostEvent } from './contract/host-event.js';
import type { PlainLogger } from './contract/plain-logger.js';
import type { HostStats } from './contract/stats.js';
import type { PluginStatus, Rescan, StateChange, SupervisorStatus } from './contract/status.js';
import type { AskOptions } from './options/ask-options.js';
import type { EventOptions } from './options/event-options.js';

/**
 * Every hook of the table as a method.
 * @throws GatehouseError EVENT_INVALID for an event without the shape of its gate hook: a mistake of the caller
 */
export type HostHooks<T extends HookTable = typeof hooks> = {
  readonly [N in HookNameIn<T, 'gate'>]: (event: EventIn<T, N>) => Decision;
} & {
  readonly [N in HookNameIn<T, 'observer'>]: (event: EventIn<T, N>) => void;
};

/** The host of the messenger's hooks, with each of them as a method. */
export interface Host extends HostOf<typeof hooks>, HostHooks {}

/** A host: its hooks, and the actions of operators. `await using` closes it. */
export interface HostOf<T extends HookTable> extends AsyncDisposable {
  /**
   * Decides an event of a gate hook. Blocks the calling thread until there is a decision, at most for `gate.budgetMs`.
   * @throws GatehouseError EVENT_INVALID for an event without the shape of its hook, HOOK_UNKNOWN
   */
  ask<N extends HookNameIn<T, 'gate'>>(hook: N, event: EventIn<T, N>): Decision<RejectDataIn<T, N>>;
  /**
   * Decides an event of a gate hook as `ask` does, by the same plugins, policies and deadlines, without blocking the
   * thread. Events that are asked while a call is in flight are gathered into the next one.
   * @throws GatehouseError as `ask` does, OPTIONS_INVALID, or the reason of `signal`
   */
  askAsync<N extends HookNameIn<T, 'gate'>>(
    hook: N,
    event: EventIn<T, N>,
    options?: AskOptions,
  ): Promise<Decision<RejectDataIn<T, N>>>;
  /**
   * Decides several events of a gate hook in one blocking call. Returns the decisions in the order of the events.
   * @throws GatehouseError as `ask` does
   */
  askAll<N extends HookNameIn<T, 'gate'>>(hook: N, events: readonly EventIn<T, N>[]): Decision<RejectDataIn<T, N>>[];
  /**
   * Tells the observers of a hook. Never blocks. An event without the shape of its hook is logged and told to
   * nobody; where nobody listens, it is not looked at.
   * @throws GatehouseError HOOK_UNKNOWN
   */
  tell<N extends HookNameIn<T, 'observer'>>(hook: N, event: EventIn<T, N>): void;
  /** Returns all plugins. Scans the folders at most once a second, and starts nothing. */
  list(): Promise<readonly PluginStatus[]>;
  /** @throws GatehouseError PLUGIN_UNKNOWN */
  get(name: string): Promise<PluginStatus>;
  /** Scans the folders and starts the wanted plugins that do not run. Resolves once each is ready or has failed. */
  rescan(): Promise<Rescan>;
  /** Returns the current conditions; empty if all is well. */
  conditions(): readonly Condition[];
  /**
   * Starts a plugin, unless it is ready. Resolves once it is. Releases a quarantined one on trial.
   * @throws GatehouseError PLUGIN_UNKNOWN, PLUGIN_INVALID, PLUGIN_CONFIG_INVALID, PLUGIN_NOT_STARTED
   */
  enable(name: string): Promise<PluginStatus>;
  /**
   * Stops a plugin. Resolves once its threads are gone. Stays in effect until the host closes, even if the state file
   * cannot be written: the status then has `notRemembered`. @throws GatehouseError PLUGIN_UNKNOWN
   */
  disable(name: string): Promise<PluginStatus>;
  /** Returns what has been counted since the start, and every state. Does no input or output; see `list` for the rest. */
  stats(): HostStats;
  /**
   * Yields what happens from this call on: changes of state, and faults. The loop ends when the host closes, and throws
   * the reason of `signal`. Events that do not fit into the buffer are counted, and a `gap` stands in their place.
   * @throws GatehouseError OPTIONS_INVALID
   */
  events(options?: EventOptions): AsyncIterableIterator<HostEvent>;
  /** Calls `listener` at every change of a plugin's state. Returns a function that ends that. */
  subscribe(listener: (change: StateChange) => void): () => void;
  /** The state of the supervisor. Without one no plugin runs, and all count as `unavailable`. */
  readonly supervisor: SupervisorStatus;
  /** Calls `listener` at every change of `supervisor`; `lost` is the last one. Returns a function that ends that. */
  onSupervisor(listener: (status: SupervisorStatus) => void): () => void;
  /** Calls `listener` when the host begins to close; at once if it has. Returns a function that ends that. */
  onClose(listener: () => void): () => void;
  /** The logger that the host was given. */
  readonly logger: PlainLogger;
  /** Stops every plugin and terminates every thread. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
