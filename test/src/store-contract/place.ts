// A folder in which a store is tried: opened, reopened, and used by processes that are killed.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Store } from '@gatehouse/server';
import { begin } from './clocks.js';
import type { DeedName } from './deeds.js';
import { openers, type StoreName } from './openers.js';

export class Place {
  /** The time that the store gets from its clock. */
  now = begin;
  readonly #name: StoreName;
  readonly #folder: string;
  readonly #parts: Place[] = [];
  #store: Store | undefined;

  constructor(name: StoreName, folder: string) {
    this.#name = name;
    this.#folder = folder;
  }

  /** Opens the store, and closes it first if it is open. */
  async open(): Promise<Store> {
    await this.close();
    this.#store = await openers[this.#name](this.#folder, () => this.now);
    return this.#store;
  }

  /** Yields the store as it is open, and once more after it was reopened. */
  async *nowAndReopened(): AsyncGenerator<Store> {
    if (this.#store) yield this.#store;
    yield await this.open();
  }

  /** Closes the store and those of its parts. */
  async close(): Promise<void> {
    const store = this.#store;
    this.#store = undefined;
    await Promise.all([store?.close(), ...this.#parts.map((part) => part.close())]);
  }

  /** Returns a place for another store of the same kind. */
  part(name: string): Place {
    const part = new Place(this.#name, join(this.#folder, name));
    this.#parts.push(part);
    return part;
  }

  /** Has another process do this to the store, which is killed right after the answer. */
  async killedAfter(deed: DeedName): Promise<void> {
    await killed(this.#child(new URL('./does-and-dies.js', import.meta.url), deed), deed);
  }

  /** Has another process write until it got so many answers, and kills it wherever it is then. Returns the last answer. */
  async killedWhileWriting(answers: number): Promise<number> {
    const child = this.#child(new URL('./writes-until-killed.js', import.meta.url));
    let answered = 0;
    child.on('message', (count) => {
      answered = count as number;
      if (answered >= answers) child.kill('SIGKILL');
    });
    await killed(child, 'write');
    return answered;
  }

  /** The store must be closed: some cannot be open in two processes. */
  #child(program: URL, ...more: string[]): ChildProcess {
    const execArgv = ['--conditions=gatehouse-internal'];
    return fork(fileURLToPath(program), [this.#name, this.#folder, ...more], { execArgv });
  }
}

/** Resolves when the process was killed. @throws when it ended in any other way */
async function killed(child: ChildProcess, purpose: string): Promise<void> {
  const [code, signal] = await once(child, 'exit');
  if (signal !== 'SIGKILL') throw new Error(`the process that was to ${purpose} ended with ${code ?? signal}`);
}
