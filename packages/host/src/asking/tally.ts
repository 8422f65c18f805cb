// The counters that the server's thread keeps of one plugin since the host started.

import { type FaultCause, faultCauses } from '../contract/fault.js';

type ByCause = Record<FaultCause, number>;

const noneOfAny = () => Object.fromEntries(faultCauses.map((cause) => [cause, 0])) as ByCause;

/** Counters that the host itself keeps; the rest is read from the sessions. All but `zombies` only go up. */
export class Tally {
  continued = 0;
  rejected = 0;
  /** Events that it has put off with a Defer. Not a fault. */
  deferred = 0;
  crashes = 0;
  zombies = 0;
  /** Calls that were overdue because it was kept from a core. Not a fault: their outcome is counted as usual. */
  starved = 0;
  /** Events deferred because it cannot keep up. */
  overloaded = 0;
  /** Events deferred because the host failed to hear it. Each one is a bug of the host. */
  undecided = 0;
  readonly faults = noneOfAny();
  /** Events that passed without its verdict, by policy. */
  readonly admitted = noneOfAny();
  readonly dropped: Record<string, number> = {};
  /** Observer events that lay in the ring of a session when it ended. */
  discarded = 0;
  /** Observed events of sessions that have ended, as are the next two counters. */
  observed = 0;
  observerErrors = 0;
  logDropped = 0;
}
