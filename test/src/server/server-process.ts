// The server as a process of its own, for tests that send it signals.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';

const main = fileURLToPath(import.meta.resolve('@gatehouse/server/internal/main'));

export interface ServerProcess {
  readonly url: string;
  readonly adminUrl: string;
  /** What it has logged since it listened. */
  readonly log: readonly string[];
  /** Its standard error so far. */
  readonly errors: readonly string[];
  /** Resolves once it has logged so many lines like this. */
  logged(pattern: RegExp, count?: number): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Sends a signal to its process group, as a terminal does. The group is its own if it was started `detached`. */
  signalGroup(name: NodeJS.Signals): void;
  /** How it ended: exit code and signal. */
  readonly ended: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>;
}

/** `args` are Node's own. `wrapper`: a program that runs the command that follows it. */
export function spawnServer(
  t: Test,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  wrapper: readonly string[] = [],
  detached = false,
): ChildProcess {
  const [command, ...rest] = [...wrapper, process.execPath, ...args, main];
  const child = spawn(command!, rest, {
    env: { PATH: process.env.PATH, GATEHOUSE_PORT: '0', GATEHOUSE_ADMIN_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
  });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
}

/** Resolves once it listens. */
export async function serverProcess(
  t: Test,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  detached = false,
): Promise<ServerProcess> {
  const child = spawnServer(t, env, args, [], detached);
  const ended = once(child, 'exit') as unknown as ServerProcess['ended'];
  const log: string[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stderr! }).on('line', (line) => errors.push(line));
  const lines = createInterface({ input: child.stdout! }).on('line', (line) => log.push(JSON.parse(line).msg));
  const find = (pattern: RegExp) => log.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  while (find(/^operators: (\S+)/) === undefined) await once(lines, 'line');
  return {
    url: find(/^clients: (\S+)\/v1/)!,
    adminUrl: find(/^operators: (\S+)/)!,
    log,
    errors,
    logged: async (pattern, count = 1) => {
      while (log.filter((line) => pattern.test(line)).length < count) await once(lines, 'line');
    },
    signal: (name) => void child.kill(name),
    signalGroup: (name) => void process.kill(-child.pid!, name),
    ended,
  };
}
