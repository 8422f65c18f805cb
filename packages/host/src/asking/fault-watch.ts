// The interface of whoever acts on the faults that a gate call meets.

import type { FaultCause } from '../contract/fault.js';
import type { FaultPolicy } from '../contract/policy.js';
import type { AskedLink, AskedPlugin } from './asked-plugin.js';

/** All are called on the server's thread, within the gate call. */
export interface FaultWatch {
  /** A plugin gave no verdict, which counts as `policy`. `detail`: what it threw or answered, or more on the cause. */
  faulted(plugin: AskedPlugin, hook: string, cause: FaultCause, policy: FaultPolicy, detail: string): void;
  /** An event was let through without the plugin's verdict, by policy. */
  admitted(plugin: AskedPlugin, hook: string, cause: FaultCause, event: unknown): void;
  /** The host failed to hear the plugin, which is a bug of ours: the event is deferred. */
  undecided(plugin: string, hook: string, detail: string): void;
  /** A session missed its deadline. */
  stalled(link: AskedLink, hook: string): void;
  /** The memory of a session marks it as ended. */
  ended(link: AskedLink): void;
  /** A session that missed its deadline has answered since, and is asked again. */
  recovered(link: AskedLink): void;
}
