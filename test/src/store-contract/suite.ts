// The suite: one test per promise.

import type { Test } from 'tap';
import { failureOf } from './failure-of.js';
import type { StoreName } from './openers.js';
import { promises } from './promises/promises.js';

/** Holds a store of `openers` to every promise. */
export function testPromises(t: Pick<Test, 'test'>, name: StoreName): void {
  for (const [title, trial] of Object.entries(promises)) {
    t.test(title, async (t) => {
      const failure = await failureOf(trial, name);
      if (failure) throw failure;
      t.pass();
    });
  }
}
