// What the steps of the tour make sure of. Each says what it saw, in the words that are printed.

import type { GatehouseError, ServerCode } from '@gatehouse/client';
import type { Outcome } from './client.js';

/** Something was not as it should be. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

/** @throws Mismatch */
export function must(holds: boolean, expected: string): asserts holds {
  if (!holds) throw new Mismatch(`expected ${expected}`);
}

/** The result of a request that met no problem. @throws Mismatch */
export function granted<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.result;
  throw new Mismatch(`expected no problem, got ${problemText(outcome.error)}`);
}

export interface ExpectedProblem {
  readonly status: number;
  readonly code: ServerCode;
  readonly detail?: string;
  readonly retryAfter?: number;
}

/** @throws Mismatch when it is not this very problem */
export function refused(outcome: Outcome<unknown>, { status, code, detail, retryAfter }: ExpectedProblem): string {
  if (outcome.ok) throw new Mismatch(`expected ${status} ${code}, got no problem`);
  const { error } = outcome;
  const isIt = error.status === status && error.code === code && error.detail === detail;
  must(isIt, `${status} ${code}${detail ? `: ${detail}` : ''}, got ${problemText(error)}`);
  must(error.retryAfter === retryAfter, `Retry-After ${retryAfter}, got ${error.retryAfter}`);
  return problemText(error) + (retryAfter === undefined ? '' : `, Retry-After: ${retryAfter}`);
}

export function problemText({ status, code, detail }: GatehouseError): string {
  return `${status} ${code}${detail ? `: ${detail}` : ''}`;
}
