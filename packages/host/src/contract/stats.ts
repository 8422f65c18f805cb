// The figures of a host: plain data, bounded by the plugins and hooks that there are.

import type { PluginState } from './plugin-state.js';
import type { PluginCounters, SupervisorStatus } from './status.js';

export interface HostStats {
  /** The time since which is counted, in ISO 8601. */
  readonly since: string;
  readonly supervisor: SupervisorStatus;
  readonly hooks: Readonly<Record<string, HookStats>>;
  /** In the chain's order. */
  readonly plugins: readonly PluginStats[];
}

export type HookStats = GateStats | ObserverStats;

/** A gate hook, with its events by the decision of the whole chain. */
export interface GateStats {
  readonly kind: 'gate';
  /** The enabled plugins that implement it, in the chain's order. */
  readonly plugins: readonly string[];
  readonly continued: number;
  readonly rejected: number;
  readonly deferred: number;
}

export interface ObserverStats {
  readonly kind: 'observer';
  readonly plugins: readonly string[];
  /** Events that the server told; a list counts its items. `observed` and `dropped` of a plugin are its share. */
  readonly told: number;
}

export interface PluginStats {
  readonly name: string;
  readonly enabled: boolean;
  readonly state: PluginState;
  /** The time at which it entered its state, in ISO 8601. */
  readonly since: string;
  readonly generation: number;
  /** Sessions that are open now. */
  readonly sessions: number;
  readonly counters: PluginCounters;
}
