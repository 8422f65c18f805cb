// The threads of a pool, from when each is told to end until it has ended, or is given up as a zombie.

import type { Worker } from 'node:worker_threads';

/** How long a thread may take to end, in ms. One in native code of Node's can take for ever. */
const endMs = 2000;

export interface ZombieWatch {
  /** A thread did not end in time. It is not waited for any more. */
  zombie(threadId: number): void;
  /** It has ended after all, so many ms after it was told to. */
  buried(threadId: number, afterMs: number): void;
}

interface Ending {
  readonly timer: NodeJS.Timeout;
  readonly since: number;
  isZombie: boolean;
}

export class ThreadEnds {
  readonly #watch: ZombieWatch;
  readonly #living = new Map<number, Worker>();
  readonly #ending = new Map<number, Ending>();
  #waiting: (() => void)[] = [];

  constructor(watch: ZombieWatch) {
    this.#watch = watch;
  }

  add(worker: Worker): void {
    const { threadId } = worker;
    this.#living.set(threadId, worker);
    worker.once('exit', () => this.#ended(threadId));
  }

  /** The thread has been told to end. */
  told(threadId: number): void {
    if (!this.#living.has(threadId) || this.#ending.has(threadId)) return;
    const timer = setTimeout(() => this.#late(threadId), endMs);
    this.#ending.set(threadId, { timer, since: performance.now(), isZombie: false });
  }

  /** Resolves once every thread has ended or was given up. */
  async allGone(): Promise<void> {
    while ([...this.#living.keys()].some((id) => this.#ending.get(id)?.isZombie !== true)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #late(threadId: number): void {
    const ending = this.#ending.get(threadId);
    if (ending === undefined) return;
    ending.isZombie = true;
    this.#watch.zombie(threadId);
    this.#changed();
  }

  #ended(threadId: number): void {
    const ending = this.#ending.get(threadId);
    clearTimeout(ending?.timer);
    this.#living.delete(threadId);
    this.#ending.delete(threadId);
    if (ending?.isZombie === true) this.#watch.buried(threadId, performance.now() - ending.since);
    this.#changed();
  }

  #changed(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
