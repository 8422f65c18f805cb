// What a store throws when it cannot write. It says whether room is what is missing; the rest is in its cause.

export type StoreFailure = 'full' | 'unavailable';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly failure: StoreFailure;

  constructor(failure: StoreFailure, cause: unknown) {
    super(failure === 'full' ? 'there is no room left for the store' : 'the store cannot write', { cause });
    this.failure = failure;
  }
}
