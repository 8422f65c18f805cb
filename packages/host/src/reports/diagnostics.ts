// The channels of `node:diagnostics_channel` that tracing tools subscribe to. Nothing is made for a channel without
// subscribers.
//
// Subscribers are called on the server's thread, those to faults within a gate call, which they must not ask in.

import { channel } from 'node:diagnostics_channel';
import type { Decision } from '../contract/decision.js';
import type { FaultEvent, PluginStateEvent, SupervisorStateEvent } from '../contract/host-event.js';

export const gateChannel = channel('gatehouse:gate');
export const faultChannel = channel('gatehouse:fault');
export const stateChannel = channel('gatehouse:state');

interface FromHost {
  /** The host that it happened in, as `createHost` returned it. */
  readonly host: object;
}

/** A message of `gatehouse:gate`: one call, with the decision on each of its events. */
export interface GateMessage extends FromHost {
  readonly hook: string;
  readonly events: readonly unknown[];
  readonly decisions: readonly Decision[];
  /** The duration of the call, in ms. */
  readonly ms: number;
}

/** A message of `gatehouse:fault`. */
export type FaultMessage = FromHost & FaultEvent;

/** A message of `gatehouse:state`. */
export type StateMessage = FromHost & (PluginStateEvent | SupervisorStateEvent);

/** Returns the time at which a call begins, if it is to be published; else 0. Reading the clock costs a tenth of it. */
export function beginOfCall(): number {
  return gateChannel.hasSubscribers ? performance.now() : 0;
}

/** Publishes a call that has ended. */
export function publishCall(from: number, call: Omit<GateMessage, 'ms'>): void {
  gateChannel.publish({ ...call, ms: performance.now() - from } satisfies GateMessage);
}
