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

/** Less is not worth a ballast, in bytes. */
const least = 1024;

export class UncountedMemory {
  readonly #control: Int32Array;
  /** In bytes, of kinds that are counted as a whole. */
  readonly #ofKinds = new Map<string, number>();
  /**
   * Empty buffers as large as what an object holds, which live as long as it does. V8 counts them, and so collects
   * garbage as soon as there is much of it; of the machine's memory they take none, because nobody writes to them.
   */
  readonly #ballast = new WeakMap<object, ArrayBuffer[]>();
  #sinceReport = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(control: Int32Array) {
    this.#control = control;
    setInterval(() => this.report(), everyMs).unref();
  }

  /** Counts what an object holds besides its heap, until it is garbage; what it grows by is added the same way. */
  add(object: object, bytes: number): void {
    if (bytes < least) return;
    const ballast = this.#ballast.get(object) ?? [];
    ballast.push(new ArrayBuffer(bytes));
    this.#ballast.set(object, ballast);
    this.#changed(bytes);
  }

  /** Replaces what a kind of memory takes. */
  set(kind: string, bytes: number): void {
    const before = this.#ofKinds.get(kind) ?? 0;
    this.#ofKinds.set(kind, bytes);
    this.#changed(Math.abs(bytes - before));
  }

  report(): void {
    this.#sinceReport = 0;
    this.#reportedAt = now();
    const { used_heap_size, external_memory } = isHeapShown ? nothing : getHeapStatistics();
    let total = external_memory;
    for (const bytes of this.#ofKinds.values()) total += bytes;
    Atomics.store(this.#control, word.HEAP_KB, used_heap_size / 1024);
    Atomics.store(this.#control, word.EXTERNAL_KB, total / 1024);
  }

  /** Reports also in the middle of a loop that takes more. */
  #changed(bytes: number): void {
    this.#sinceReport += bytes;
    if (this.#sinceReport >= slack || now() - this.#reportedAt > everyMs) this.report();
  }
}

const nothing = { used_heap_size: 0, external_memory: 0 };
