// What one plugin did since the host started, as far as the server's thread counts it.

import type { HookName } from '@gatehouse/plugin-api';
import { type FaultCause, faultCauses } from '../contract/fault.js';

type ByCause = Record<FaultCause, number>;

const noneOfAny = () => Object.fromEntries(faultCauses.map((cause) => [cause, 0])) as ByCause;

/** Counters that the host itself keeps; the rest is read from the sessions. They only go up, but for `zombies`. */
export class Tally {
  continued = 0;
  rejected = 0;
  crashes = 0;
  zombies = 0;
  /** Calls in which it was late because it was kept from a core. No fault: what came of them is counted as ever. */
  starved = 0;
  /** Events deferred because it can take no more at a time. */
  overloaded = 0;
  /** Events deferred because the host failed to hear it. Each one is a bug of the host's. */
  undecided = 0;
  readonly faults = noneOfAny();
  /** Events that passed without its verdict, by policy. */
  readonly admitted = noneOfAny();
  readonly dropped: Partial<Record<HookName, number>> = {};
  /** Observer events that lay in the ring of a session when it ended. */
  discarded = 0;
  /** Of sessions that have ended. */
  observed = 0;
  observerErrors = 0;
  logDropped = 0;
}
