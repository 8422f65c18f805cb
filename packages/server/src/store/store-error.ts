// What a store throws when it cannot be opened, or cannot write. Why stands in its cause.

export type StoreFailure =
  /** There is no room left. */
  | 'full'
  /** It cannot write, or not be opened, for any other reason. */
  | 'unavailable'
  /** What is in its files is not what was written. */
  | 'damaged'
  /** Its files are those of another version of the server. */
  | 'other-version';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly failure: StoreFailure;

  constructor(failure: StoreFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.failure = failure;
  }
}
