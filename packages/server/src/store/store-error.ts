// The error of a store that cannot be opened, or cannot write. Its cause has the reason.

export type StoreFailure =
  /** There is no room left. */
  | 'full'
  /** It cannot write, or cannot be opened, for any other reason. */
  | 'unavailable'
  /** Its files differ from what was written. */
  | 'damaged'
  /** Its files belong to another version of the server. */
  | 'other-version'
  /** Another server uses it, so it was not opened. */
  | 'in-use'
  /** Another server has taken it, so it writes no more. */
  | 'fenced';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly failure: StoreFailure;
  /** The store has reported the state that the error comes from, so that whoever meets it need not log it again. */
  isReported = false;

  constructor(failure: StoreFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.failure = failure;
  }
}

/** True for an error that is already in the log, as one line about the state of the store. */
export function isReported(error: unknown): boolean {
  return error instanceof StoreError && error.isReported;
}
