// Checks a property of fast-check as one assertion of tap, which says the counterexample.

import fc from 'fast-check';
import type { Test } from 'tap';

/** Asserts that `property`, whose predicate throws where it does not hold, holds. */
export function holds<T>(t: Test, property: fc.IProperty<T>, parameters: fc.Parameters<T> = {}): void {
  const details = fc.check(property, parameters);
  t.notOk(details.failed, fc.defaultReportMessage(details) ?? `holds in ${details.numRuns} runs`);
}
