// Checks whether this process lacks the descriptors that a start of a plugin, or a limit on a script, needs.

import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/** Descriptors that a session's start needs at once, with some to spare: pipes, event loops, and modules being read. */
const needed = 32;

/** Tries to open as many. Does not trust error texts, because a plugin can throw any. */
export function lacksDescriptors(): boolean {
  const opened: number[] = [];
  try {
    while (opened.length < needed) opened.push(openSync(devNull, 'r'));
    return false;
  } catch {
    return true;
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}
