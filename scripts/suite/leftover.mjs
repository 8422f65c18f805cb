// Finds processes that a test left behind, by their session and by a mark in the environment. Children inherit both.

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const variable = 'GATEHOUSE_TEST_FILE';
const run = `${process.pid}-${Date.now()}`;

/** Returns the mark for the environment of a test file's process, after the marks of a suite around this one. */
export const markOf = (file) => ({ [variable]: [process.env[variable], `${run}:${file}`].filter(Boolean).join('|') });

/** Test files by the session that their process leads: it includes children with an environment of their own. */
const sessions = new Map();

/** Records that process `pid`, which leads a session, runs `file`. */
export function leads(pid, file) {
  sessions.set(pid, file);
}

/** Returns living processes of this run, or of one file: process id and test file. Finds none without /proc. */
export function leftovers(file) {
  return processIds().flatMap((pid) => {
    const owner = fileBySession(pid) ?? fileByMark(pid);
    return owner === undefined || (file !== undefined && owner !== file) ? [] : [{ pid, file: owner }];
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

function fileBySession(pid) {
  // The name, which may hold anything, is followed by state, parent, group and session.
  const [state, , , session] = read(pid, 'stat').split(') ').at(-1).split(' ');
  // A zombie is dead, and only waits to be reaped.
  return state === 'Z' ? undefined : sessions.get(Number(session));
}

function fileByMark(pid) {
  const entry = read(pid, 'environ')
    .split('\0')
    .find((one) => one.startsWith(`${variable}=`));
  const marks = entry?.slice(variable.length + 1).split('|') ?? [];
  return marks.find((mark) => mark.startsWith(`${run}:`))?.slice(run.length + 1);
}

/** Reads a file of a process; an empty text if the process is gone. */
function read(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

/** Kills the processes that still run after `graceMs`, and returns them. */
export async function endLeftovers(file, graceMs = 2_000) {
  const until = Date.now() + graceMs;
  while (leftovers(file).length > 0 && Date.now() < until) await delay(50);
  const found = leftovers(file);
  for (const { pid } of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }
  return found;
}
