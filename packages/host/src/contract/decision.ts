// The decision of the whole chain of gate plugins.

import type { Fault, FaultCause } from './fault.js';

/** `faults` are all faults of a call, in the chain's order; absent if every plugin that was asked gave a verdict. */
interface WithFaults {
  readonly faults?: readonly Fault[];
}

/**
 * The answer of a gate call, a plain value.
 *
 * - `continue`: store the message. If plugins gave no verdict and a fault policy let it pass, `admittedWithout` names
 *   them: store that with it.
 * - `reject`: return the reason to the client, store nothing. `plugin` refused it, or gave no verdict and counts as
 *   refusing: then there is a `cause`.
 * - `defer`: store nothing, ask the client to retry. With the cause `deferred` `plugin` said so: not now; else it gave no
 *   verdict. With the cause `undecided` the host itself failed to get a verdict or a fault out of `plugin`: a bug of ours,
 *   which no policy turns into a `continue`. With the cause `overload` more messages wait for `plugin` than it can handle
 *   in the time of a call.
 */
export type Decision<Data = unknown> =
  | (WithFaults & { readonly action: 'continue'; readonly admittedWithout?: readonly string[] })
  | (WithFaults & {
      readonly action: 'reject';
      readonly reason: string;
      /** The plugin's reason was too long and was cut. */
      readonly truncated: boolean;
      readonly plugin: string;
      readonly cause?: FaultCause;
      /** The data of the plugin's Reject, if the row of the hook declares any. */
      readonly data?: Data;
    })
  | (WithFaults & {
      readonly action: 'defer';
      readonly plugin: string;
      readonly cause: FaultCause | Undecided | Overload | Deferred;
      /** With the cause `deferred`: the words of the plugin, and whether they were cut. */
      readonly reason?: string;
      readonly truncated?: boolean;
      /** The longest time after which a plugin asks to come again, in ms. */
      readonly retryAfterMs?: number;
    });

/** Not a fault cause: a verdict or a fault is missing. */
export type Undecided = 'undecided';

/** The decision of a chain without objections. One shared object, so that it costs nothing. */
export const continued: Decision = Object.freeze({ action: 'continue' });

/** Not a fault cause: `plugin` answered Defer. */
export type Deferred = 'deferred';

/** Not a fault cause: `plugin` cannot keep up with the messages, and was not asked about this one. */
export type Overload = 'overload';

/** Returns the decision for a plugin that the host failed to hear. */
export function undecidedBy(plugin: string): Decision {
  return { action: 'defer', plugin, cause: 'undecided' };
}
