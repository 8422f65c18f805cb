// Finds processes that a test left behind, by a mark in the environment that children inherit.

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const variable = 'GATEHOUSE_TEST_FILE';
const run = `${process.pid}-${Date.now()}`;

/** What the environment of a test file's process is marked with. */
export const markOf = (file) => ({ [variable]: `${run}:${file}` });

/** Living processes of this run, or of one of its files: process id and test file. Only where there is a /proc. */
export function leftovers(file) {
  return processIds().flatMap((pid) => {
    const mark = readMark(pid);
    if (mark === undefined || (file !== undefined && mark !== file)) return [];
    return [{ pid, file: mark }];
  });
}

function processIds() {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && pid !== process.pid);
  } catch {
    return [];
  }
}

function readMark(pid) {
  try {
    // A zombie has an empty environment: it is dead, and only waits to be noticed.
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const prefix = `${variable}=${run}:`;
    return environment.find((entry) => entry.startsWith(prefix))?.slice(prefix.length);
  } catch {
    return undefined;
  }
}

/** Kills the processes that are still there after a moment, and tells which they were. */
export async function endLeftovers(file, graceMs = 2_000) {
  const until = Date.now() + graceMs;
  while (leftovers(file).length > 0 && Date.now() < until) await delay(50);
  const found = leftovers(file);
  for (const { pid } of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself just now.
    }
  }
  return found;
}
