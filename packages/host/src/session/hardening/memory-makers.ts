// Counts the memory of a plugin's thread that V8 does not count: shared memory, blobs, keys, resizable buffers before
// Node 22, and unread messages. Measured on Node 20.20, 24.21 and 26.12.
//
// Does not see hash and cipher objects (about 1 KiB each) and databases of node:sqlite in memory.

import { getHeapStatistics } from 'node:v8';
import type { UncountedMemory } from '../uncounted-memory.js';
import { replace } from './guards.js';
import { countUnreadMessages } from './unread-messages.js';
import { countWasmMemory } from './wasm-memory.js';

type Anything = (...args: readonly unknown[]) => unknown;

const buffers = process.getBuiltinModule('node:buffer');
const crypto = process.getBuiltinModule('node:crypto');

/** Counts all of it from now on, when it is created. */
export function countMemory(memory: UncountedMemory): void {
  countShared(memory);
  if (!isResizeCounted()) countResizes(memory);
  countBlobs(memory);
  countKeys(memory);
  countUnreadMessages(memory);
  countWasmMemory(memory);
  process.getBuiltinModule('node:module').syncBuiltinESMExports();
}

interface Resizable {
  resize(bytes: number): void;
}

interface Growable {
  readonly byteLength: number;
}

/** Replaces a class with one that looks the same and reports each object that is created. */
function noting(owner: object, name: string, note: (made: object, args: readonly unknown[]) => void): void {
  replace(owner, [name], (made) => {
    const construct = (target: Anything, args: readonly unknown[], newTarget: Anything) => {
      const object = Reflect.construct(target, args, newTarget) as object;
      note(object, args);
      return object;
    };
    return new Proxy(made, { construct });
  });
}

/** Counts each growth by this method. */
function notingGrowth(prototype: object, name: string, memory: UncountedMemory): void {
  replace(prototype, [name], (grow) => {
    return function grown(this: Growable, ...args: never[]) {
      const before = this.byteLength;
      const answer = Reflect.apply(grow, this, args);
      if (this.byteLength !== before) memory.add(this, this.byteLength - before);
      return answer;
    };
  });
}

function countShared(memory: UncountedMemory): void {
  const { prototype } = SharedArrayBuffer;
  noting(globalThis, 'SharedArrayBuffer', (made) => memory.add(made, (made as Growable).byteLength));
  notingGrowth(prototype, 'grow', memory);
}

const countResizes = (memory: UncountedMemory) => notingGrowth(ArrayBuffer.prototype, 'resize', memory);

/** Tries several times, because a garbage collection in between hides the counted memory. */
function isResizeCounted(): boolean {
  for (let i = 0; i < 5; i++) {
    const buffer = Reflect.construct(ArrayBuffer, [0, { maxByteLength: 2 ** 16 }]) as Resizable;
    const before = getHeapStatistics().external_memory;
    buffer.resize(2 ** 16);
    if (getHeapStatistics().external_memory - before >= 2 ** 16) return true;
  }
  return false;
}

/** Counts blobs. A blob copies its parts, except for other blobs, whose memory it shares. */
function countBlobs(memory: UncountedMemory): void {
  const { Blob } = buffers;
  const ofBlobs = (parts: unknown) =>
    Array.isArray(parts) ? parts.reduce((sum, part) => sum + (part instanceof Blob ? part.size : 0), 0) : 0;
  const note = (made: object, [parts]: readonly unknown[]) =>
    memory.add(made, Math.max(0, (made as Blob).size - ofBlobs(parts)));
  for (const owner of [globalThis, buffers]) for (const name of ['Blob', 'File']) noting(owner, name, note);
}

function countKeys(memory: UncountedMemory): void {
  replace(crypto, ['createSecretKey'], (create) => (...args: never[]) => {
    const key = create(...args) as { readonly symmetricKeySize?: number };
    memory.add(key, key.symmetricKeySize ?? 0);
    return key;
  });
}
