// How operators see a plugin: its state, why, and what it has done.

import type { HookName } from '@gatehouse/plugin-api';
import type { FaultCause } from './decision.js';

/**
 * The life of a plugin.
 *
 * - `invalid`: its folder or manifest is broken; it cannot be enabled until that is mended.
 * - `disabled`: found, not running.
 * - `starting`: being loaded for the first time since it was enabled.
 * - `ready`: serving.
 * - `restarting`: its session ended unasked; a new one is on its way.
 * - `failed`: could not be started; nothing is tried until it is enabled again.
 * - `stopping`: on its way to `disabled`.
 */
export type PluginState = 'invalid' | 'disabled' | 'starting' | 'ready' | 'restarting' | 'failed' | 'stopping';

/** Counters of one plugin since the host started. They only go up. */
export interface PluginCounters {
  /** Gate calls that ended with each verdict. */
  readonly continued: number;
  readonly rejected: number;
  /** Gate calls without a verdict, by cause. */
  readonly faults: Readonly<Record<FaultCause, number>>;
  /** Observer events handed over, and those that did not fit. */
  readonly observed: number;
  readonly dropped: number;
  /** Observer handlers that threw. */
  readonly observerErrors: number;
  /** Sessions that ended unasked. */
  readonly crashes: number;
}

export interface PluginStatus {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** The folder or file that it was found in. */
  readonly path: string;
  /** Whether the operator wants it to run. */
  readonly enabled: boolean;
  readonly state: PluginState;
  /** Why it is in this state, where there is more to say than the state's name. */
  readonly reason: string;
  /** Which loaded version this is: rises each time the plugin is started by an operator or at the start. */
  readonly generation: number;
  /** Place in the chain: lower is asked earlier; equal ones by name. */
  readonly order: number;
  readonly threads: number;
  /** The hooks that it implements, known once it has been ready. */
  readonly hooks: readonly HookName[];
  readonly counters: PluginCounters;
}

/** A change of a plugin's state, as subscribers get it. */
export interface StateChange {
  readonly plugin: string;
  readonly from: PluginState;
  readonly to: PluginState;
  readonly reason: string;
}
