// Retries until an attempt succeeds or the policy gives up.

import { isGatehouseError } from './errors.js';
import { mayRetry, type RetryPolicy, waitBeforeRetry } from './retry-policy.js';
import { sleep } from './timer.js';

export interface RetryOptions {
  readonly policy: RetryPolicy;
  readonly repeatable: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** `attempt` gets the milliseconds left in total. @throws the error of the last attempt, or the signal's reason */
export async function retrying<T>(
  { policy, repeatable, signal }: RetryOptions,
  attempt: (leftMs: number) => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  for (let failures = 1; ; failures++) {
    signal?.throwIfAborted();
    try {
      return await attempt(policy.totalMs - (performance.now() - startedAt));
    } catch (error) {
      if (!isGatehouseError(error) || !mayRetry(error, repeatable)) throw error;
      const { retryAfter } = error;
      const elapsedMs = performance.now() - startedAt;
      const wait = waitBeforeRetry(policy, { failures, elapsedMs, retryAfter, random: Math.random() });
      if (wait === undefined) throw error;
      await sleep(wait, signal);
    }
  }
}
