// A program that is restarted repeatedly, one process at a time, each in its own process group.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Time for a program to end by itself, in ms: the server drains its connections first. */
const endMs = 15_000;

export class Program {
  #args;
  #options;
  #child;
  #onExit;

  /** `onExit` is called with the reason when the program ends without being stopped. */
  constructor(args, options, onExit) {
    this.#args = args;
    this.#options = options;
    this.#onExit = onExit;
  }

  get isRunning() {
    return this.#child !== undefined;
  }

  start() {
    // In its own group a program does not get the terminal's Ctrl-C, but only one SIGTERM, from `stop`.
    const child = spawn(process.execPath, this.#args, { ...this.#options, detached: true });
    this.#child = child;
    child.once('error', (error) => this.#ended(child, error.message));
    child.once('exit', (code, signal) => this.#ended(child, signal ? `ended by ${signal}` : `exit code ${code}`));
  }

  /** Ends the program by SIGTERM, and kills it and its children when that takes too long. */
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

  /** Kills the program and its children. */
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
    // It has just ended by itself.
  }
}
