// What must hold whatever comes from outside: when it does not, our own code is wrong.

/** An invariant of ours was broken. Whoever catches it must not take it for a decision. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws an `InvariantError` that says `words`, which state what should have held, unless `condition` holds. */
export function invariant(condition: boolean, words: string): asserts condition {
  if (!condition) broken(words);
}

/** Apart from the check, so that a hot caller stays small enough to be inlined. */
function broken(words: string): never {
  throw new InvariantError(`broken invariant: ${words}`);
}
