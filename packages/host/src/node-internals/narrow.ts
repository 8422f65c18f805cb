// Narrows the permissions of the thread that runs, which Node can since 24.21 and 26.12.
//
// Undocumented parts that this leans on: a thread of `--permission` drops for itself alone; a path is taken back only
// by the very words of a flag that granted it, and never if a wider flag covers it. Of two paths of which one is inside
// the other, Node 24 takes back both (checked on 24.21 and 26.12), so the paths of a spare thread never are. Tests named
// "Node still ..." hold it.

import process from 'node:process';

/** A thread is worth a look: no earlier Node can be narrowed, and some of these cannot either. */
export const mayNarrow = Number(process.versions.node.split('.')[0]) >= 24;

/** Node's names for what its permission model knows, as far as they are used here. */
export type Scope = 'fs.read' | 'fs.write' | 'net' | 'child' | 'worker' | 'addon' | 'wasi' | 'inspector';

interface Permission {
  has(scope: Scope, path?: string): boolean;
  drop?(scope: Scope, path?: string): void;
}

/** Undefined in a thread without the flag. */
const permission = (process as { readonly permission?: Permission }).permission;

/** Returns whether this thread can give permissions up. */
export function canNarrow(): boolean {
  return typeof permission?.drop === 'function';
}

/** Gives a path up, for good. Nothing shows whether that worked, except `has`. */
export function drop(scope: Scope, path: string): void {
  permission?.drop?.(scope, path);
}

/** Returns whether this thread may use a path; without one, whether it may use all of the scope. */
export function has(scope: Scope, path?: string): boolean {
  return permission === undefined || (path === undefined ? permission.has(scope) : permission.has(scope, path));
}
