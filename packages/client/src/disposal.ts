/// <reference lib="esnext.disposable" preserve="true" />
// The symbol by which `await using` ends things. Browsers that do not have it yet get the one that compilers fall back to.

export const asyncDispose: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? (Symbol.for('Symbol.asyncDispose') as typeof Symbol.asyncDispose);
