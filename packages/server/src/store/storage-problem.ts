// The problem that a client gets when the store cannot write. The reason goes to the log only.

import { Problem } from '../wire/problems.js';
import { StoreError } from './store-error.js';

/** Seconds after which a retry makes sense: the store is back, or an operator has made room or put a backup in its place. */
const retryAfter = { unavailable: 1, full: 30, damaged: 60 };

/** Converts any error of a store. */
export function storageProblem(error: unknown): Problem {
  const failure = error instanceof StoreError ? error.failure : undefined;
  if (failure === 'full') return new Problem('STORAGE_FULL', { retryAfter: retryAfter.full, cause: error });
  const seconds = failure === 'damaged' ? retryAfter.damaged : retryAfter.unavailable;
  return new Problem('STORAGE_UNAVAILABLE', { retryAfter: seconds, cause: error });
}
