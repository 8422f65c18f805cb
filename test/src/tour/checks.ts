// What the steps of the tour make sure of. Each says what it saw, in the words that are printed.

import type { ProblemCode, ProblemDocument } from '@gatehouse/server';
import type { Outcome } from './client.js';

/** Something was not as it should be. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

/** @throws Mismatch */
export function must(holds: boolean, expected: string): asserts holds {
  if (!holds) throw new Mismatch(`expected ${expected}`);
}

/** The body of an answer that is no problem. @throws Mismatch */
export function granted<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.body;
  throw new Mismatch(`expected no problem, got ${problemText(outcome.problem)}`);
}

export interface ExpectedProblem {
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly retryAfter?: number;
}

/** @throws Mismatch when it is not this very problem */
export function refused(outcome: Outcome<unknown>, { status, code, detail, retryAfter }: ExpectedProblem): string {
  if (outcome.ok) throw new Mismatch(`expected ${status} ${code}, got ${outcome.status}`);
  const { problem } = outcome;
  const isIt = outcome.status === status && problem.code === code && problem.detail === detail;
  must(isIt, `${status} ${code}${detail ? `: ${detail}` : ''}, got ${problemText(problem)}`);
  must(outcome.retryAfter === retryAfter, `Retry-After ${retryAfter}, got ${outcome.retryAfter}`);
  return problemText(problem) + (retryAfter === undefined ? '' : `, Retry-After: ${retryAfter}`);
}

export function problemText({ status, code, detail }: ProblemDocument): string {
  return `${status} ${code}${detail ? `: ${detail}` : ''}`;
}
