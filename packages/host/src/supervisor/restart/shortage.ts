// Whether this process lacks the descriptors that a thread or a process of a plugin takes to start.

import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/** What a session's start needs at once, with some to spare: pipes, event loops, and modules being read. */
const needed = 32;

/** Looks by opening as many. No error text is believed, because a plugin can throw any. */
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
