// Invariants: conditions that hold whatever comes from outside. If one does not, our own code is wrong.

/** The error of a broken invariant. Code that catches it must not take it for a decision. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws an `InvariantError` unless `condition` holds. `words` state the condition. */
export function invariant(condition: boolean, words: string): asserts condition {
  if (!condition) broken(words);
}

/** Separate from the check, so that a hot caller stays small enough to be inlined. */
function broken(words: string): never {
  throw new InvariantError(`broken invariant: ${words}`);
}
