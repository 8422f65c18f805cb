// The status of a plugin for operators: its state, the reason, and its counters.

import type { FaultCause } from './fault.js';
import type { Isolation } from './isolation.js';
import type { MemoryGuard } from './memory-guard.js';
import type { PluginState } from './plugin-state.js';
import type { PolicyByCause } from './policy.js';

export type { PluginState } from './plugin-state.js';

/** Counters of one plugin since the host started. All but `zombies` only go up. */
export interface PluginCounters {
  /** Gate calls that ended with each verdict. */
  readonly continued: number;
  readonly rejected: number;
  /** Gate calls that it answered with Defer: not now. */
  readonly deferred: number;
  /** Gate calls that were overdue because the machine kept it from a core. Their outcome is counted as usual. */
  readonly starved: number;
  /** Messages that were deferred without asking, because it cannot keep up. Not faults. */
  readonly overloaded: number;
  /** Gate calls that were deferred because the host failed to hear it: bugs of the host, not faults. */
  readonly undecided: number;
  /** Gate calls without a verdict, by cause. */
  readonly faults: Readonly<Record<FaultCause, number>>;
  /** Events that were let through without its verdict, by cause; without those that another plugin stopped. */
  readonly admitted: Readonly<Record<FaultCause, number>>;
  /** Observer events that were handed to handlers; a batch counts its messages. */
  readonly observed: number;
  /** Observer events that did not fit into the ring, by hook. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Observer events that waited for a session when it ended, and were never handed over. */
  readonly lost: number;
  /** Observer handlers that threw. */
  readonly observerErrors: number;
  /** Dropped lines that it logged or printed beyond its credit, and dropped messages without a receiver. */
  readonly logDropped: number;
  /** Sessions that ended unasked. */
  readonly crashes: number;
  /** Threads that could not be terminated and still exist: they may take cores and memory. Can go down. */
  readonly zombies: number;
}

export interface PluginStatus {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** Its folder or file. */
  readonly path: string;
  /** Whether the operator wants it to run. */
  readonly enabled: boolean;
  readonly state: PluginState;
  /** The reason for this state, if there is more to say than the state's name. */
  readonly reason: string;
  /** The reason why the last change could not be stored; absent once it is. Until then a restart forgets it. */
  readonly notRemembered?: string;
  /** Number of the loaded version: rises each time the plugin is started by an operator or at the host's start. */
  readonly generation: number;
  /** Place in the chain: lower is asked earlier, and equal ones by name. */
  readonly order: number;
  readonly threads: number;
  /** The hooks that it implements; certain once it has been ready. */
  readonly hooks: readonly string[];
  /** The tier that it runs in; absent while it is invalid. */
  readonly isolation?: Isolation;
  /** The ids of its processes; empty while it runs in threads, or not at all. */
  readonly pids: readonly number[];
  /** The permissions that its manifest asks for, in words such as `network` or `read /etc/hosts`. */
  readonly permissions?: { readonly granted: readonly string[]; readonly refused: readonly string[] };
  /** The policy for a gate call without a verdict, by cause: the operator's, else the manifest's, else `defer`. */
  readonly policy: PolicyByCause;
  /** The guard of its memory, which is as good as this Node allows. */
  readonly memoryGuard: MemoryGuard;
  readonly counters: PluginCounters;
}

/** A plugin that a rescan found new, gone, or in another state. */
export interface RescanChange {
  readonly plugin: string;
  /** Absent if it is new. */
  readonly from?: PluginState;
  /** Absent if it is gone. */
  readonly to?: PluginState;
  readonly reason: string;
}

export interface Rescan {
  readonly plugins: readonly PluginStatus[];
  readonly changed: readonly RescanChange[];
}

/** The state of the supervisor. Without one no plugin runs; `lost` is final. */
export type SupervisorState = 'running' | 'restarting' | 'lost';

/**
 * The spare thread that the plugins share, which the session after a crash takes: `ready`; `none` now, because it boots
 * or no plugin fits it; `unavailable` where Node cannot narrow a running thread (before 24.21): there each plugin has
 * one of its own after its first crash.
 */
export type SpareThreadState = 'ready' | 'none' | 'unavailable';

export interface SupervisorStatus {
  readonly state: SupervisorState;
  /** The reason for this state; empty as long as the first supervisor runs. */
  readonly reason: string;
  /** Number of supervisors that have ended since the host started. */
  readonly ends: number;
  /** The time at which it entered this state, as an ISO date. */
  readonly since: string;
  readonly spareThread: SpareThreadState;
}

/** A change of a plugin's state, as subscribers receive it. */
export interface StateChange {
  readonly plugin: string;
  readonly from: PluginState;
  readonly to: PluginState;
  readonly reason: string;
}
