// A process that writes to a store, and what it has reported.

import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { inNamespace as namespaced } from './namespaces.js';

interface Stored {
  readonly mailbox: number;
  readonly seq: number;
  readonly text: string;
}

export interface WriterReport {
  readonly opened?: true;
  readonly waits?: string;
  readonly refused?: string;
  readonly stored?: readonly Stored[];
  readonly fenced?: string;
}

const file = fileURLToPath(new URL('./writes-until-fenced.js', import.meta.url));
const node = [process.execPath, '--conditions=gatehouse-internal', file];

export interface WriterOptions {
  /** Words: `idle`, `takes over`. */
  readonly manner?: string;
  /** In a process namespace of its own. */
  readonly inNamespace?: boolean;
}

export class StoreWriter {
  readonly #child: ChildProcess;
  readonly #seen = new EventEmitter();
  #hasEnded = false;
  #how = '';
  readonly stored: Stored[] = [];
  /** The first report of each kind. */
  readonly #first = new Map<keyof WriterReport, { readonly at: number; readonly text: string }>();

  constructor(t: Test, folder: string, name: string, { manner = '', inNamespace = false }: WriterOptions = {}) {
    const [command, ...args] = [...(inNamespace ? namespaced : []), ...node, folder, name, manner];
    this.#child = spawn(command!, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    t.teardown(() => this.kill());
    this.#child.on('message', (report: WriterReport) => {
      this.stored.push(...(report.stored ?? []));
      for (const [what, text] of Object.entries(report)) {
        const known = this.#first.has(what as keyof WriterReport);
        if (!known) this.#first.set(what as keyof WriterReport, { at: Date.now(), text: String(text) });
      }
      this.#seen.emit('change');
    });
    this.#child.on('exit', (code, signal) => {
      this.#how = `with ${signal ?? `code ${code}`}${this.#refused()}`;
      this.#hasEnded = true;
      this.#seen.emit('change');
    });
  }

  /** Resolves once it has reported this. */
  async reported(what: keyof WriterReport): Promise<{ readonly at: number; readonly text: string }> {
    for (;;) {
      const found = this.#first.get(what);
      if (found !== undefined) return found;
      await this.#next();
    }
  }

  /** Resolves once it has stored so many messages. */
  async wrote(count: number): Promise<void> {
    while (this.stored.length < count) await this.#next();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Kills it, and resolves once it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    while (!this.#hasEnded) await once(this.#seen, 'change');
  }

  #refused(): string {
    const refused = this.#first.get('refused');
    return refused === undefined ? '' : `: ${refused.text}`;
  }

  async #next(): Promise<void> {
    if (this.#hasEnded) throw new Error(`the writer has ended ${this.#how}`);
    await once(this.#seen, 'change');
  }
}

/** When the store was taken, as the server says that lost it. */
export function takenAt(text: string): number {
  return Date.parse(/ at (\S+)\)$/.exec(text)![1]!);
}
