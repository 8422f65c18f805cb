// The answers of a gate handler.

/** Let the message pass. */
export interface ContinueAction {
  readonly action: 'continue';
}

/** Refuse the message; the client gets the reason and nothing is stored. `Data`: what the hook's row says it carries. */
export type RejectAction<Data = undefined> = {
  readonly action: 'reject';
  readonly reason: string;
} & (undefined extends Data ? { readonly data?: Data } : { readonly data: Data });

/** Not now: nothing is stored, and the client is told to come again. No fault of the plugin. */
export interface DeferAction {
  readonly action: 'defer';
  readonly reason: string;
  /** Time after which a retry makes sense; absent: the server's own. */
  readonly retryAfterMs?: number;
}

/** The answer of a gate handler: `Continue`, `Reject(reason)` or `Defer(reason)`. */
export type HookAction<Data = undefined> = ContinueAction | RejectAction<Data> | DeferAction;

/** Let the message pass. */
export const Continue: ContinueAction = Object.freeze({ action: 'continue' });

/** Thrown by `Reject` and `Defer` in a handler: it counts as a wrong verdict, and not as a handler that threw. */
class ReasonError extends TypeError {
  readonly code = 'REASON_INVALID';
}

/** Throws with the caller's line first, which is the one to mend. Not every engine can. */
function refuse(complaint: string, maker: unknown): never {
  const error = new ReasonError(complaint);
  (Error as { captureStackTrace?: (error: Error, below: unknown) => void }).captureStackTrace?.(error, maker);
  throw error;
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
}

/**
 * Refuse the message. The client sees `reason`; a reason longer than the host's limit is truncated and marked so.
 * @throws TypeError with the code REASON_INVALID for a reason that is no text
 */
export function Reject(reason: string): RejectAction;
/** With the data that the row of the hook declares. */
export function Reject<const Data>(reason: string, data: Data): RejectAction<Data>;
export function Reject(reason: string, data?: unknown): RejectAction<unknown> {
  if (typeof reason !== 'string') refuse(`Reject(reason): the reason has to be text, and is ${kindOf(reason)}`, Reject);
  return Object.freeze(data === undefined ? { action: 'reject', reason } : { action: 'reject', reason, data });
}

/** The longest that a plugin can ask a client to wait, in ms: a day. */
export const retryAfterMsMax = 86_400_000;

/**
 * Not now: the message is not stored, and the client gets 503 with `retryAfterMs`, in whole seconds, as its Retry-After.
 * For greylisting and rate limits; it is no fault of the plugin, and no policy changes it.
 * @throws TypeError with the code REASON_INVALID for a reason that is no text, or a time that is none
 */
export function Defer(reason = '', { retryAfterMs }: { readonly retryAfterMs?: number } = {}): DeferAction {
  if (typeof reason !== 'string') refuse(`Defer(reason): the reason has to be text, and is ${kindOf(reason)}`, Defer);
  if (retryAfterMs === undefined) return Object.freeze({ action: 'defer', reason });
  const isTime = typeof retryAfterMs === 'number' && retryAfterMs >= 0 && retryAfterMs <= retryAfterMsMax;
  if (!isTime)
    refuse(`Defer: retryAfterMs has to be from 0 to ${retryAfterMsMax}, and is ${String(retryAfterMs)}`, Defer);
  return Object.freeze({ action: 'defer', reason, retryAfterMs: Math.ceil(retryAfterMs) });
}
