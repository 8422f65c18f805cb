// What a client is told when the store cannot write. Why that is, is for the log.

import { Problem } from '../wire/problems.js';
import { StoreError } from './store-error.js';

/** Seconds after which trying again makes sense: the store is back, or an operator has made room. */
const retryAfter = { unavailable: 1, full: 30 };

/** For whatever a store threw. */
export function storageProblem(error: unknown): Problem {
  const isFull = error instanceof StoreError && error.failure === 'full';
  if (isFull) return new Problem('STORAGE_FULL', { retryAfter: retryAfter.full, cause: error });
  return new Problem('STORAGE_UNAVAILABLE', { retryAfter: retryAfter.unavailable, cause: error });
}
