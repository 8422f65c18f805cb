// Paths as Node's permission flags need them.

import { sep } from 'node:path';

/**
 * The paths without those that lie inside of another one, or stand there twice: on Node 20 and 22.13 two flags of which
 * one covers the other end the whole process.
 */
export function withoutInner(paths: readonly string[]): readonly string[] {
  const distinct = [...new Set(paths)];
  return distinct.filter((path) => !distinct.some((other) => other !== path && isInside(path, other)));
}

/** Whether a path is the other one, or lies in it. Both are absolute and normalized. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** A star stands for any text in a flag, and Node 20 takes a comma for the end of a path. */
export function canBeFlag(path: string): boolean {
  return !/[*,]/.test(path);
}
