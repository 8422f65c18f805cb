// The word that one thread sleeps on and others ring.
//
// Why no wake-up is lost: the sleeper reads the bell, says that it is parked, looks once more for work, and only then
// sleeps until the bell differs from what it read. The other side puts the work in place and then looks at the
// stance. All of these are sequentially consistent, so either the sleeper's second look sees the work, or the other
// side sees the sleeper parked and moves the bell, in which case the sleep ends or never begins. The bell is a
// counter and not a flag: two rings are never mistaken for none.

import { stance } from './layout.js';

/** The two words of a bell: what is slept on, and what the sleeper says of itself. */
export class Bell {
  readonly words: Int32Array;
  readonly #bell: number;
  readonly #stance: number;

  constructor(words: Int32Array, bell: number, stanceWord: number) {
    this.words = words;
    this.#bell = bell;
    this.#stance = stanceWord;
  }

  /** The bell's count now; read it before looking for work, and pass it to `wait`. */
  count(): number {
    return Atomics.load(this.words, this.#bell);
  }

  /** Publishes what the sleeper does; called by the sleeper alone. */
  setStance(value: number): void {
    Atomics.store(this.words, this.#stance, value);
  }

  /** Sleeps until the bell has moved from `count`, or for `ms` milliseconds. Blocks the thread. */
  wait(count: number, ms: number): void {
    Atomics.wait(this.words, this.#bell, count, ms);
  }

  /** The same, without a bound, leaving the thread to its event loop; undefined when it has moved already. */
  waitAsync(count: number): Promise<unknown> | undefined {
    // No time-out: V8 would set and clear a timer of its own for every sleep, in yet another thread.
    const wait = Atomics.waitAsync(this.words, this.#bell, count);
    return wait.async ? wait.value : undefined;
  }

  /** Whether its sleeper says that it sleeps. */
  isParked(): boolean {
    return Atomics.load(this.words, this.#stance) === stance.PARKED;
  }

  /** Wakes the sleeper if it has said that it sleeps, which saves a system call for one that does not. */
  ringIfParked(): boolean {
    const parked = this.isParked();
    if (parked) this.ring();
    return parked;
  }

  /** Wakes the sleeper. */
  ring(): void {
    Atomics.add(this.words, this.#bell, 1);
    Atomics.notify(this.words, this.#bell);
  }
}
