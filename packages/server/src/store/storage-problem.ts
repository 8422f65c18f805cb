// The problem that a client gets when the store cannot write. The reason goes to the log only.

import { Problem } from '../wire/problems.js';
import { StoreError } from './store-error.js';

/** Seconds after which a retry makes sense: the store is back, or an operator has made room. */
const retryAfter = { unavailable: 1, full: 30 };

/** Converts any error of a store. */
export function storageProblem(error: unknown): Problem {
  const isFull = error instanceof StoreError && error.failure === 'full';
  if (isFull) return new Problem('STORAGE_FULL', { retryAfter: retryAfter.full, cause: error });
  return new Problem('STORAGE_UNAVAILABLE', { retryAfter: retryAfter.unavailable, cause: error });
}
