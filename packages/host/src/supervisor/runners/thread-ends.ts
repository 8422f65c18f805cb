// Watches the terminated threads or processes of one plugin until each has ended, or is given up as a zombie.

import { guarded } from '../guarded.js';

/** The longest that one may take to end, in ms. A thread in native code of Node or in a system call may never end. */
const endMs = 2000;

export interface ZombieWatch {
  /** It did not end in time, and is not waited for any more. */
  zombie(id: number): void;
  /** It has ended after all, `afterMs` after its termination. */
  buried(id: number, afterMs: number): void;
}

interface Ending {
  readonly timer: NodeJS.Timeout;
  readonly since: number;
  isZombie: boolean;
}

export class ThreadEnds {
  readonly #watch: ZombieWatch;
  readonly #living = new Set<number>();
  readonly #ending = new Map<number, Ending>();
  #waiting: (() => void)[] = [];

  constructor(watch: ZombieWatch) {
    this.#watch = watch;
  }

  /** Watches one, given its id and the emitter of its `exit`. */
  add(id: number, one: { once(event: 'exit', listener: () => void): unknown }): void {
    this.#living.add(id);
    one.once(
      'exit',
      guarded('the end of a thread', () => this.#ended(id)),
    );
  }

  /** It is being terminated. */
  told(id: number): void {
    if (!this.#living.has(id) || this.#ending.has(id)) return;
    const timer = setTimeout(
      guarded('a thread that is late to end', () => this.#late(id)),
      endMs,
    );
    this.#ending.set(id, { timer, since: performance.now(), isZombie: false });
  }

  /** Resolves once all of them have ended or were given up. */
  async allGone(): Promise<void> {
    while ([...this.#living].some((id) => this.#ending.get(id)?.isZombie !== true)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #late(id: number): void {
    const ending = this.#ending.get(id);
    if (ending === undefined) return;
    ending.isZombie = true;
    this.#watch.zombie(id);
    this.#changed();
  }

  #ended(id: number): void {
    const ending = this.#ending.get(id);
    clearTimeout(ending?.timer);
    this.#living.delete(id);
    this.#ending.delete(id);
    if (ending?.isZombie === true) this.#watch.buried(id, performance.now() - ending.since);
    this.#changed();
  }

  #changed(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
