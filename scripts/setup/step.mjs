// One step of the set-up: a line with its title, and a child process whose output is shown only if it fails.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import { root } from './root.mjs';

/** A step that failed. Its output has already been printed. */
export class StepError extends Error {}

/** Runs `command`, and prints `title … done in 1.2 s` on one line. @throws StepError after printing its output */
export async function step(title, command, args) {
  const startedAt = Date.now();
  process.stdout.write(`${title} … `);
  const { code, output } = await run(command, args);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(code === 0 ? `done in ${seconds} s` : `failed after ${seconds} s`);
  if (code === 0) return;
  console.error(output.trimEnd());
  throw new StepError(title);
}

/** Runs `command` in the root with nothing on stdin; returns both of its streams as one text. */
export function run(command, args) {
  return new Promise((resolve) => {
    const shell = process.platform === 'win32' && command === 'npx';
    // In a group of its own it gets no Ctrl-C of the terminal, but one signal from here, with all that it has started.
    const detached = process.platform !== 'win32';
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell, detached });
    const release = endOnSignals(child);
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => {
      release();
      resolve({ code: 1, output: String(error) });
    });
    child.on('close', (code) => {
      release();
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() });
    });
  });
}

/** Time that the processes of a step have to end by themselves, in ms. */
const endMs = 5_000;

/** Ends the processes of a step, and then this one, at a signal. Returns a function that stops this. */
function endOnSignals(child) {
  // A script that listens to SIGHUP itself does not end by it.
  const names = ['SIGINT', 'SIGTERM', ...(process.listenerCount('SIGHUP') === 0 ? ['SIGHUP'] : [])];
  const end = (name) => {
    const exit = () => process.exit(128 + constants.signals[name]);
    child.removeAllListeners('close').on('close', exit);
    signalGroup(child, 'SIGTERM');
    setTimeout(() => {
      signalGroup(child, 'SIGKILL');
      exit();
    }, endMs).unref();
    release();
    // Further signals change nothing: the end is near.
    for (const name of names) process.on(name, () => {});
  };
  const release = () => {
    for (const name of names) process.off(name, end);
  };
  for (const name of names) process.on(name, end);
  return release;
}

function signalGroup({ pid }, name) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, name);
  } catch {
    // It has just ended by itself.
  }
}
