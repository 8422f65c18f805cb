// Adds up the memory that V8 leaves out of a thread's statistics, and reports it to the supervisor together with
// whatever that cannot measure itself.

import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { word } from '../channel/index.js';
import { now } from './taken.js';

const everyMs = 1000;

/** The most new memory without a report, in bytes. */
const slack = 2 ** 20;

/** Node 22.16 and later show a thread's heap to its owner, but not the memory added here. */
const isHeapShown = 'getHeapStatistics' in Worker.prototype;

/** The smallest memory that gets a ballast, in bytes. */
const least = 1024;

export class UncountedMemory {
  readonly #control: Int32Array;
  /** Bytes by kind, for kinds that are counted as a whole. */
  readonly #ofKinds = new Map<string, number>();
  /**
   * Empty buffers as large as an object's memory, which live as long as the object. V8 counts them, so it collects
   * garbage as soon as there is much of it. They take no memory of the machine, because nobody writes to them.
   */
  readonly #ballast = new WeakMap<object, ArrayBuffer[]>();
  #sinceReport = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(control: Int32Array) {
    this.#control = control;
    setInterval(() => this.report(), everyMs).unref();
  }

  /** Counts an object's memory outside of the heap until it is garbage. Its later growth is added the same way. */
  add(object: object, bytes: number): void {
    if (bytes < least) return;
    const ballast = this.#ballast.get(object) ?? [];
    ballast.push(new ArrayBuffer(bytes));
    this.#ballast.set(object, ballast);
    this.#changed(bytes);
  }

  /** Replaces the size of a kind of memory. */
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

  /** Reports even in a loop that takes more. */
  #changed(bytes: number): void {
    this.#sinceReport += bytes;
    if (this.#sinceReport >= slack || now() - this.#reportedAt > everyMs) this.report();
  }
}

const nothing = { used_heap_size: 0, external_memory: 0 };
