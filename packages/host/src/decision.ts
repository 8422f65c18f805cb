// What the whole chain of gate plugins came to.

/** Why a plugin gave no verdict. */
export type FaultCause = 'threw' | 'bad-verdict' | 'timed-out' | 'crashed' | 'unavailable';

/**
 * The answer of a gate call, a plain value.
 *
 * - `continue`: store the message.
 * - `reject`: a plugin refused it; tell the client the reason, store nothing.
 * - `defer`: a plugin could not say; store nothing, tell the client to try again.
 */
export type Decision =
  | { readonly action: 'continue' }
  | {
      readonly action: 'reject';
      readonly reason: string;
      /** The plugin's reason was longer than is carried, and was cut. */
      readonly truncated: boolean;
      readonly plugin: string;
    }
  | { readonly action: 'defer'; readonly plugin: string; readonly cause: FaultCause };

/** The decision of a chain in which nobody objected. One object for all, so that it costs nothing. */
export const continued: Decision = Object.freeze({ action: 'continue' });
