// A program that is started again and again, one at a time, each in a process group of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How long a program may take to end by itself, in ms: the server drains its connections first. */
const endMs = 15_000;

export class Program {
  #args;
  #options;
  #child;
  #onExit;

  /** `onExit` is called when the program ends without having been stopped, with what to say of it. */
  constructor(args, options, onExit) {
    this.#args = args;
    this.#options = options;
    this.#onExit = onExit;
  }

  get isRunning() {
    return this.#child !== undefined;
  }

  start() {
    // In a group of its own a program does not hear the terminal's Ctrl-C: it gets one SIGTERM, from `stop`.
    const child = spawn(process.execPath, this.#args, { ...this.#options, detached: true });
    this.#child = child;
    child.once('error', (error) => this.#ended(child, error.message));
    child.once('exit', (code, signal) => this.#ended(child, signal ? `ended by ${signal}` : `exit code ${code}`));
  }

  /** Ends the program: asks first, and kills it and its children when it takes too long. */
  async stop() {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    const exited = once(child, 'exit');
    signal(child, 'SIGTERM');
    const timer = setTimeout(() => signal(child, 'SIGKILL'), endMs);
    await exited;
    clearTimeout(timer);
  }

  /** Ends the program and its children at once. */
  kill() {
    if (this.#child !== undefined) signal(this.#child, 'SIGKILL');
  }

  #ended(child, how) {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#onExit(how);
  }
}

function signal(child, name) {
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, name);
  } catch {
    // It ended by itself just now.
  }
}
