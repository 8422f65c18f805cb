// One step of the set-up: a line with its title, and a child process whose output is shown only if it fails.

import { spawn } from 'node:child_process';
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
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}
