// The word that one thread sleeps on and others ring.
//
// Why no wake-up is lost: the sleeper reads the bell, sets its stance to parked, looks for work once more, and only
// then sleeps until the bell differs from what it read. The other side puts the work in place and then reads the
// stance. All of these are sequentially consistent, so either the sleeper's second look sees the work, or the other
// side sees the sleeper parked and moves the bell, in which case the sleep ends or never begins. The bell is a
// counter, not a flag, so two rings are never mistaken for none.
//
// One thread may sleep on its bell several times at once: calls that do not block the thread wait on it, and a blocking one
// comes in between. A ring wakes all of them. The thread counts its sleeps, and its stance asks for rings until the last
// of them has ended: a blocking wait that ends must not end the rings for those that go on.

import { invariant } from '@gatehouse/support/invariant';
import { stance } from './layout.js';

/** The two words of a bell: the one that is slept on, and the sleeper's stance. */
export class Bell {
  readonly words: Int32Array;
  readonly #bell: number;
  readonly #stance: number;
  /** The sleeps of this thread that have begun and not ended, and how many of them block it. */
  #sleeps = 0;
  #blocking = 0;

  constructor(words: Int32Array, bell: number, stanceWord: number) {
    this.words = words;
    this.#bell = bell;
    this.#stance = stanceWord;
  }

  /** Returns the bell's count. Read it before looking for work, and pass it to `wait`. */
  count(): number {
    return Atomics.load(this.words, this.#bell);
  }

  /** Publishes the sleeper's activity. Called only by the sleeper. */
  setStance(value: number): void {
    Atomics.store(this.words, this.#stance, value);
  }

  /** Begins a sleep, which blocks the thread or not: from now on the other side rings. Called only by the sleeper. */
  park(isBlocking: boolean): void {
    this.#sleeps++;
    if (isBlocking) this.#blocking++;
    this.#publish();
  }

  /** Ends such a sleep. */
  unpark(isBlocking: boolean): void {
    invariant(this.#sleeps > 0, 'a sleep ends once, after it has begun');
    this.#sleeps--;
    if (isBlocking) this.#blocking--;
    this.#publish();
  }

  #publish(): void {
    const { PARKED, LISTENING, BUSY } = stance;
    this.setStance(this.#blocking > 0 ? PARKED : this.#sleeps > 0 ? LISTENING : BUSY);
  }

  /** Sleeps until the bell has moved from `count`, or for `ms` milliseconds. Blocks the thread. */
  wait(count: number, ms: number): void {
    Atomics.wait(this.words, this.#bell, count, ms);
  }

  /** Sleeps without a limit, without blocking the event loop. Returns undefined if the bell has already moved. */
  waitAsync(count: number): Promise<unknown> | undefined {
    // No time-out, because V8 would set and clear a timer of its own for every sleep, in yet another thread.
    const wait = Atomics.waitAsync(this.words, this.#bell, count);
    return wait.async ? wait.value : undefined;
  }

  /** Returns whether the sleeper's thread is blocked in its sleep, so that it does nothing else. */
  isBlocked(): boolean {
    return Atomics.load(this.words, this.#stance) === stance.PARKED;
  }

  /** Wakes the sleeper if it sleeps, which saves a system call if it does not. Returns whether it did. */
  ringIfParked(): boolean {
    const now = Atomics.load(this.words, this.#stance);
    const isAsleep = now === stance.PARKED || now === stance.LISTENING;
    if (isAsleep) this.ring();
    return isAsleep;
  }

  /** Wakes the sleeper. */
  ring(): void {
    Atomics.add(this.words, this.#bell, 1);
    Atomics.notify(this.words, this.#bell);
  }
}
