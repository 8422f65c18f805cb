// The reports of a host about itself while it runs: changes of state, and faults.

import type { FaultCause } from './fault.js';
import type { FaultPolicy } from './policy.js';
import type { StateChange, SupervisorStatus } from './status.js';

/** A plugin gave no verdict on an event, which counts as `policy`. */
export interface FaultReport {
  readonly plugin: string;
  readonly hook: string;
  readonly cause: FaultCause;
  readonly policy: FaultPolicy;
  /** Its error or its answer, or more on the cause. Bounded, and the plugin's own words. */
  readonly detail: string;
}

export const eventTypes = ['state', 'supervisor', 'fault'] as const;

export type HostEventType = (typeof eventTypes)[number];

interface Dated<T> {
  readonly type: T;
  /** ISO 8601. */
  readonly at: string;
}

/** A change of a plugin's state. */
export type PluginStateEvent = Dated<'state'> & StateChange;
/** A change of the supervisor's state; `lost` is the last one. */
export type SupervisorStateEvent = Dated<'supervisor'> & SupervisorStatus;
export type FaultEvent = Dated<'fault'> & FaultReport;

/** Events that did not fit into the buffer of the reader, at this place of the order. */
export interface GapEvent extends Dated<'gap'> {
  readonly missed: number;
}

/** An event as `host.events()` yields it. */
export type HostEvent = PluginStateEvent | SupervisorStateEvent | FaultEvent | GapEvent;
