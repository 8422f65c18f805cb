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

/** Refuse the message. The client sees `reason`; a reason longer than the host's limit is truncated and marked so. */
export function Reject(reason: string): RejectAction {
  return Object.freeze({ action: 'reject', reason });
}
