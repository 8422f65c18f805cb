// The answers of a gate handler.

/** Let the message pass. */
export interface ContinueAction {
  readonly action: 'continue';
}

/** Refuse the message; the client gets the reason and nothing is stored. */
export interface RejectAction {
  readonly action: 'reject';
  readonly reason: string;
}

/** The answer of a gate handler: `Continue` or `Reject(reason)`. */
export type HookAction = ContinueAction | RejectAction;

/** Let the message pass. */
export const Continue: ContinueAction = Object.freeze({ action: 'continue' });

/** Thrown by `Reject` in a handler: it counts as a wrong verdict, and not as a handler that threw. */
class ReasonError extends TypeError {
  readonly code = 'REASON_INVALID';
}

/**
 * Refuse the message. The client sees `reason`; a reason longer than the host's limit is truncated and marked so.
 * @throws TypeError with the code REASON_INVALID for a reason that is no text
 */
export function Reject(reason: string): RejectAction {
  if (typeof reason !== 'string') {
    const got = reason === null ? 'null' : Array.isArray(reason) ? 'an array' : typeof reason;
    const error = new ReasonError(`Reject(reason): the reason has to be text, and is ${got}`);
    // Shows the caller's line first, which is the one to mend. Not every engine can.
    (Error as { captureStackTrace?: (error: Error, below: unknown) => void }).captureStackTrace?.(error, Reject);
    throw error;
  }
  return Object.freeze({ action: 'reject', reason });
}
