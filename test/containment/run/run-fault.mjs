// Runs one fault in a host process of its own, and gathers what the process reports until it ends or is ended.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { limits } from '../limits.mjs';

const program = fileURLToPath(new URL('../host/main.mjs', import.meta.url));

/** Between this process and the host's stands a shell, so that a plugin which kills its parent does not kill us. */
const behindShell = ['-c', '"$0" "$@"; exit $?'];

const running = new Set();

/** What is left of host processes, and of what their plugins started, ends with this one. */
export function endAll() {
  for (const child of running) endGroup(child);
}

/** Returns the stages that the process came to, what it said at each, and how it ended if that was before the last. */
export async function runFault(fault, tier, node) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-fault-'));
  try {
    return await outcomeOf(start(fault, tier, node, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function start(fault, tier, node, folder) {
  const { NODE_OPTIONS: _, NODE_V8_COVERAGE: _2, ...env } = process.env;
  const args = [...behindShell, node, program, JSON.stringify({ fault, tier, folder })];
  const child = spawn('sh', args, {
    cwd: folder,
    env: { ...env, GATEHOUSE_SECRET: 'a secret of the host' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A group of its own, which is ended as a whole.
    detached: true,
  });
  running.add(child);
  return child;
}

function outcomeOf(child) {
  return new Promise((resolve) => {
    const outcome = { stages: [], end: undefined, stderr: '' };
    const finish = (end) => {
      clearTimeout(bound);
      endGroup(child);
      resolve({ ...outcome, end: outcome.end ?? end });
    };
    const bound = setTimeout(finish, limits.run, 'the host hung');
    child.stderr.on('data', (chunk) => {
      if (outcome.stderr.length < 4000) outcome.stderr += chunk;
    });
    child.on('message', ({ stage, ...facts }) => {
      outcome.stages.push(stage);
      Object.assign(outcome, facts, { stage });
      if (stage === 'closed') finish('closed');
    });
    child.on('error', (error) => finish(`the host could not be started: ${error.message}`));
    child.on('exit', (code, signal) =>
      finish(signal === null ? exitOf(code) : `the host was robbed of its parent by ${signal}`),
    );
  });
}

/** A shell says by a high code that its child was ended by a signal. */
function exitOf(code) {
  return code > 128 ? `the host was ended by signal ${code - 128}` : `the host exited with ${code}`;
}

function endGroup(child) {
  running.delete(child);
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of it was left.
  }
}
