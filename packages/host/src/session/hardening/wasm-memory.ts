// Counts the WASM memory of a plugin's thread if V8 leaves it out of its statistics, as in Node 26.
//
// Does not see memory that a module creates for itself and does not export.

import { getHeapStatistics } from 'node:v8';
import type { UncountedMemory } from '../uncounted-memory.js';
import { replace } from './guards.js';

interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
}

type Anything = (...args: readonly unknown[]) => unknown;

interface Wasm {
  readonly Memory: Anything & { readonly prototype: WasmMemory };
}

/** Interval of the looks at memories, which WASM code may have grown, in ms. */
const lookMs = 1000;

/** Counts WASM memory from now on, even in a loop that takes more. */
export function countWasmMemory(total: UncountedMemory): void {
  const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: Wasm };
  const { Memory } = wasm;
  // No version of V8 counts shared ones.
  const memories = new WasmMemories(total, isCountedByV8(Memory));
  const note = <T>(made: T): T => {
    for (const one of [made, ...exportsOf(made)]) if (one instanceof Memory) memories.add(one as WasmMemory);
    return made;
  };
  const construct = (target: Anything, args: readonly unknown[], newTarget: Anything) =>
    note(Reflect.construct(target, args, newTarget) as object);
  replace(wasm, ['Memory', 'Instance'], (made) => new Proxy(made, { construct }));
  replace(
    wasm,
    ['instantiate', 'instantiateStreaming'],
    (make) =>
      async (...args) =>
        note(await make(...args)),
  );
  replace(Memory.prototype, ['grow'], (grow) => {
    return function grown(this: WasmMemory, ...args: never[]) {
      const pages = Reflect.apply(grow, this, args);
      memories.add(this);
      return pages;
    };
  });
  setInterval(() => memories.count(), lookMs).unref();
}

/** Number of tries, because a garbage collection in between hides the counted memory. */
const tries = 5;

/** Whether V8 counts them, which it then does at once. */
function isCountedByV8(Memory: Anything): boolean {
  return Array.from({ length: tries }).some(() => {
    const before = getHeapStatistics().external_memory;
    Reflect.construct(Memory, [{ initial: 1 }]);
    return getHeapStatistics().external_memory - before >= 2 ** 16;
  });
}

/** Returns the exports of an instance, alone or together with its module. */
function exportsOf(made: unknown): readonly unknown[] {
  const { exports, instance } = made as { readonly exports?: object; readonly instance?: { readonly exports: object } };
  return Object.values(exports ?? instance?.exports ?? {});
}

class WasmMemories {
  readonly #total: UncountedMemory;
  readonly #onlyShared: boolean;
  readonly #known = new WeakSet<object>();
  readonly #memories = new Set<WeakRef<WasmMemory>>();
  /** Kept apart from their memories, which they can outlive. A memory that grows leaves an empty buffer behind. */
  readonly #buffers = new Set<WeakRef<ArrayBuffer | SharedArrayBuffer>>();

  constructor(total: UncountedMemory, onlyShared: boolean) {
    this.#total = total;
    this.#onlyShared = onlyShared;
  }

  add(memory: WasmMemory): void {
    if (this.#onlyShared && memory.buffer instanceof ArrayBuffer) return;
    this.#note(this.#memories, memory);
    this.count();
  }

  count(): void {
    for (const { buffer } of alive(this.#memories)) this.#note(this.#buffers, buffer);
    const bytes = alive(this.#buffers).reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.#total.set('wasm', bytes);
  }

  #note<T extends object>(refs: Set<WeakRef<T>>, one: T): void {
    if (this.#known.has(one)) return;
    this.#known.add(one);
    refs.add(new WeakRef(one));
  }
}

function alive<T extends object>(refs: Set<WeakRef<T>>): readonly T[] {
  return [...refs].flatMap((ref) => {
    const one = ref.deref();
    if (one === undefined) refs.delete(ref);
    return one ?? [];
  });
}
