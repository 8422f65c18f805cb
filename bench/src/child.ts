// A child process that measures or serves, as the benchmark's main process holds it: asked by name, ended for sure.

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answers, Asked, Reply } from './answers.js';

/** How long a child may take to end by itself, in ms. */
const endMs = 3000;

/** Children measure what the packages export to this workspace alone. */
const flags = ['--conditions=gatehouse-internal'];

export interface ChildOptions {
  /** Pins the process with all of its threads to one CPU. */
  readonly cpu?: number;
}

const living = new Set<Child<Answers>>();

export class Child<A extends Answers> {
  readonly #process: ChildProcess;
  readonly #name: string;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #asked = 0;

  private constructor(name: string, process: ChildProcess) {
    this.#name = name;
    this.#process = process;
    process.on('message', (reply: Reply) => this.#settle(reply));
    process.on('error', (error) => this.#lost(error.message));
    process.on('exit', (code, signal) => this.#lost(`it ended with ${signal ?? code}`));
  }

  /** Starts `children/<name>.js`. It ends with this process, whatever happens to that. */
  static start<A extends Answers>(name: string, { cpu }: ChildOptions = {}): Child<A> {
    const file = fileURLToPath(new URL(`./children/${name}.js`, import.meta.url));
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as ('ignore' | 'inherit' | 'ipc')[];
    const process_ =
      cpu === undefined
        ? fork(file, { stdio, execArgv: flags, serialization: 'advanced' })
        : spawn('taskset', ['-c', String(cpu), process.execPath, ...flags, file], { stdio, serialization: 'advanced' });
    const child = new Child<A>(name, process_);
    living.add(child as unknown as Child<Answers>);
    return child;
  }

  ask<K extends keyof A & string>(command: K, ...args: Parameters<A[K]>): Promise<Awaited<ReturnType<A[K]>>> {
    return new Promise((resolve, reject) => {
      const asked: Asked = { id: this.#asked++, command, args };
      this.#waiting.set(asked.id, { resolve, reject });
      this.#process.send(asked, (error) => error && this.#lost(error.message));
    });
  }

  /** Lets the child end, and ends it if it does not. */
  async close(): Promise<void> {
    living.delete(this as unknown as Child<Answers>);
    // Whoever still waits has been interrupted: to them, an answer never comes.
    this.#waiting.clear();
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    if (this.#process.connected) this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), endMs);
    await exited;
    clearTimeout(timer);
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply) waiting?.reject(new Error(`${this.#name}: ${reply.error}`));
    else waiting?.resolve(reply.value as never);
  }

  #lost(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(`${this.#name}: ${reason}`));
    this.#waiting.clear();
  }
}

/** Whether a process can be pinned to the CPU here. */
export async function canPin(cpu: number): Promise<boolean> {
  const probe = spawn('taskset', ['-c', String(cpu), process.execPath, '--version'], { stdio: 'ignore' });
  return new Promise((resolve) => {
    probe.on('error', () => resolve(false));
    probe.on('exit', (code) => resolve(code === 0));
  });
}

export async function closeChildren(): Promise<void> {
  await Promise.all([...living].map((child) => child.close()));
}
