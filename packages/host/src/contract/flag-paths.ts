// Prepares paths for Node's permission flags.

import { sep } from 'node:path';

/**
 * Returns the paths without duplicates and those inside another one. On Node 20 and 22.13, two flags of which one
 * covers the other end the whole process.
 */
export function withoutInner(paths: readonly string[]): readonly string[] {
  const distinct = [...new Set(paths)];
  return distinct.filter((path) => !distinct.some((other) => other !== path && isInside(path, other)));
}

/** Whether a path equals the other one or is inside it. Both are absolute and normalized. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Whether a path can be a flag: a star in it means any text, and Node 20 takes a comma as the end of a path. */
export function canBeFlag(path: string): boolean {
  return !/[*,]/.test(path);
}
