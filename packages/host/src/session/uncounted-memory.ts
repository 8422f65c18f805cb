// Adds up the memory that V8 leaves out of a thread's statistics, and reports it to the supervisor together with what
// that cannot see by itself.

import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { word } from '../channel/index.js';
import { now } from './taken.js';

const everyMs = 1000;

/** What may come in between without a report, in bytes. */
const slack = 2 ** 20;

/** Node 22.16 and later show a thread's heap to its owner, though not what is added here. */
const isHeapShown = 'getHeapStatistics' in Worker.prototype;

export class UncountedMemory {
  readonly #control: Int32Array;
  /** In bytes: of objects until they are garbage, and of kinds that are counted anew as a whole. */
  #ofObjects = 0;
  readonly #ofKinds = new Map<string, number>();
  #reported = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;
  readonly #garbage = new FinalizationRegistry<number>((bytes) => this.#grow(-bytes));

  constructor(control: Int32Array) {
    this.#control = control;
    setInterval(() => this.report(), everyMs).unref();
  }

  /** Counts what an object holds besides its heap, until it is garbage; what it grows by is added the same way. */
  add(object: object, bytes: number): void {
    this.#garbage.register(object, bytes);
    this.#grow(bytes);
  }

  /** Replaces what a kind of memory takes. */
  set(kind: string, bytes: number): void {
    this.#ofKinds.set(kind, bytes);
    this.#reportIfMuch();
  }

  /** In bytes. */
  get total(): number {
    let sum = this.#ofObjects;
    for (const bytes of this.#ofKinds.values()) sum += bytes;
    return sum;
  }

  report(): void {
    const { total } = this;
    this.#reported = total;
    this.#reportedAt = now();
    const { used_heap_size, external_memory } = isHeapShown ? nothing : getHeapStatistics();
    Atomics.store(this.#control, word.HEAP_KB, used_heap_size / 1024);
    Atomics.store(this.#control, word.EXTERNAL_KB, (external_memory + total) / 1024);
  }

  #grow(bytes: number): void {
    this.#ofObjects += bytes;
    this.#reportIfMuch();
  }

  /** Also in the middle of a loop that takes more. */
  #reportIfMuch(): void {
    if (Math.abs(this.total - this.#reported) >= slack || now() - this.#reportedAt > everyMs) this.report();
  }
}

const nothing = { used_heap_size: 0, external_memory: 0 };
