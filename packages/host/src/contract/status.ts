// How operators see a plugin: its state, why, and what it has done.

import type { HookName } from '@gatehouse/plugin-api';
import type { FaultCause } from './fault.js';
import type { Isolation } from './isolation.js';
import type { MemoryGuard } from './memory-guard.js';
import type { PluginState } from './plugin-state.js';
import type { PolicyByCause } from './policy.js';

export type { PluginState } from './plugin-state.js';

/** Counters of one plugin since the host started. They only go up. */
export interface PluginCounters {
  /** Gate calls that ended with each verdict. */
  readonly continued: number;
  readonly rejected: number;
  /** Gate calls in which it was late because the machine kept it from a core; what came of them is counted as ever. */
  readonly starved: number;
  /** Messages that were deferred unasked, because more waited for it than it gets through in time. No faults. */
  readonly overloaded: number;
  /** Gate calls in which the host failed to hear it, and which were deferred: bugs of the host's, and no faults. */
  readonly undecided: number;
  /** Gate calls without a verdict, by cause. */
  readonly faults: Readonly<Record<FaultCause, number>>;
  /** Events that were let through without its verdict, by cause; whatever came of one that another plugin stopped is not in here. */
  readonly admitted: Readonly<Record<FaultCause, number>>;
  /** Observer events that were handed to handlers; a batch counts its messages. */
  readonly observed: number;
  /** Observer events that did not fit, by hook. */
  readonly dropped: Readonly<Partial<Record<HookName, number>>>;
  /** Observer events that waited for a session when it ended, and were never handed over. */
  readonly lost: number;
  /** Observer handlers that threw. */
  readonly observerErrors: number;
  /** Lines that it logged or printed beyond its credit, and messages to nobody: dropped. */
  readonly logDropped: number;
  /** Sessions that ended unasked. */
  readonly crashes: number;
  /** Threads that could not be ended and are still there: they may take cores and memory. The one that can go down. */
  readonly zombies: number;
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
  /** Why the last change could not be stored; absent once it is. Until then a restart of the host forgets it. */
  readonly notRemembered?: string;
  /** Which loaded version this is: rises each time the plugin is started by an operator or at the start. */
  readonly generation: number;
  /** Place in the chain: lower is asked earlier; equal ones by name. */
  readonly order: number;
  readonly threads: number;
  /** The hooks that it implements, known once it has been ready. */
  readonly hooks: readonly HookName[];
  /** What it lives in; absent while it is invalid. */
  readonly isolation?: Isolation;
  /** Of the processes that it lives in; empty while it lives in threads, or nowhere. */
  readonly pids: readonly number[];
  /** What its manifest asks for, in words such as `network` or `read /etc/hosts`. */
  readonly permissions?: { readonly granted: readonly string[]; readonly refused: readonly string[] };
  /** What a gate call without a verdict counts as, by cause: the operator's word, else the manifest's, else `defer`. */
  readonly policy: PolicyByCause;
  /** What keeps it to its memory, which is as good as this Node allows. */
  readonly memoryGuard: MemoryGuard;
  readonly counters: PluginCounters;
}

/** A plugin that a rescan found in another state, or to be there, or to be gone. */
export interface RescanChange {
  readonly plugin: string;
  /** Absent: it was not known. */
  readonly from?: PluginState;
  /** Absent: it is not known any more. */
  readonly to?: PluginState;
  readonly reason: string;
}

export interface Rescan {
  readonly plugins: readonly PluginStatus[];
  readonly changed: readonly RescanChange[];
}

/** Whether there is a supervisor. Without one no plugin runs: `lost` is for good. */
export type SupervisorState = 'running' | 'restarting' | 'lost';

export interface SupervisorStatus {
  readonly state: SupervisorState;
  /** Why it is in this state; empty as long as the first one runs. */
  readonly reason: string;
  /** Supervisors that have ended since the host started. */
  readonly ends: number;
  /** When it came into this state, as an ISO date. */
  readonly since: string;
}

/** A change of a plugin's state, as subscribers get it. */
export interface StateChange {
  readonly plugin: string;
  readonly from: PluginState;
  readonly to: PluginState;
  readonly reason: string;
}
