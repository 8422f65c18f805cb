// What the whole chain of gate plugins came to.

import type { Fault, FaultCause } from './fault.js';

/** `faults` are all that a call met with, in the chain's order; absent where every plugin that was asked gave a verdict. */
interface WithFaults {
  readonly faults?: readonly Fault[];
}

/**
 * The answer of a gate call, a plain value.
 *
 * - `continue`: store the message. Where plugins could not say and a fault policy let it pass, `admittedWithout` names
 *   them: store that with it.
 * - `reject`: tell the client the reason, store nothing. `plugin` refused it, or could not say and counts as refusing:
 *   then there is a `cause`.
 * - `defer`: `plugin` could not say; store nothing, tell the client to try again. With the cause `undecided` the host
 *   itself failed to get a verdict or a fault out of `plugin`: a bug of ours, which no policy makes a `continue`. With
 *   the cause `overload` more messages wait for `plugin` than it gets through in the time of a call.
 */
export type Decision =
  | (WithFaults & { readonly action: 'continue'; readonly admittedWithout?: readonly string[] })
  | (WithFaults & {
      readonly action: 'reject';
      readonly reason: string;
      /** The plugin's reason was longer than is carried, and was cut. */
      readonly truncated: boolean;
      readonly plugin: string;
      readonly cause?: FaultCause;
    })
  | (WithFaults & {
      readonly action: 'defer';
      readonly plugin: string;
      readonly cause: FaultCause | Undecided | Overload;
    });

/** No fault cause: neither a verdict nor a fault is there where one must be. */
export type Undecided = 'undecided';

/** The decision of a chain in which nobody objected. One object for all, so that it costs nothing. */
export const continued: Decision = Object.freeze({ action: 'continue' });

/** No fault cause: `plugin` gets through fewer messages than come, and was not asked about this one. */
export type Overload = 'overload';

/** The decision where the host failed to hear a plugin. */
export function undecidedBy(plugin: string): Decision {
  return { action: 'defer', plugin, cause: 'undecided' };
}
