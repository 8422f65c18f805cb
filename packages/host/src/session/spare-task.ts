// Makes a spare thread that of a plugin: the thread gives up every path that the plugin may not use.
//
// A spare thread has run no code of a plugin. It begins with the paths of all plugins that it may be taken for, each
// granted by a flag of its own, because Node takes back only what a flag granted, path by path. What it then still may
// use is asked of Node, and anything too much or too little ends the thread.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { invariant } from '@gatehouse/support/invariant';
import type { Reach, SpareTask } from '../contract/thread-contract.js';
import { canNarrow, drop, has, type Scope } from '../node-internals/narrow.js';
import { becomeThreadOf, threadStart } from './thread-start.js';

export function spareTask(task: SpareTask): boolean {
  if (task.spare === 'look') return canNarrow();
  const before = threadStart?.spare;
  invariant(before !== undefined, 'only a spare thread becomes that of a plugin, and once');
  narrow('fs.read', before.readable, task.reach.readable);
  narrow('fs.write', before.writable, task.reach.writable);
  expectNoOther(task.reach);
  becomeThreadOf(task.start);
  return true;
}

function narrow(scope: Scope, before: readonly string[], kept: readonly string[]): void {
  const keeps = new Set(kept);
  const given = before.filter((path) => !keeps.has(path));
  for (const path of given) drop(scope, path);
  const tooMuch = given.find((path) => has(scope, path) || has(scope, join(path, 'inner')));
  if (tooMuch !== undefined) throw new Error(`it still has ${scope} of ${tooMuch}`);
  // Node keeps a path as it was found at the start of the thread: a file then is no folder for it now.
  const tooLittle = kept.find((path) => !has(scope, path) || has(scope, join(path, 'inner')) !== isFolder(path));
  if (tooLittle !== undefined) throw new Error(`it does not have ${scope} of ${tooLittle} as it is now`);
}

/** Scopes that no plugin of a spare thread was granted. Node's own names; one that a Node does not have is not granted. */
const others: readonly Scope[] = ['net', 'child', 'worker', 'addon', 'wasi', 'inspector'];

/** Asks for the rest once more: nothing else may be open, and no path may be written beyond those of the plugin. */
function expectNoOther({ writable }: Reach): void {
  const open = others.find((scope) => has(scope));
  if (open !== undefined) throw new Error(`it has ${open}, which no plugin of it was granted`);
  if (writable.length === 0 && has('fs.write')) throw new Error('it has fs.write of every path');
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
