// Takes 1 GiB of a kind of memory that V8 does not count, bit by bit.
// Some versions count it: shared buffers, or what the deed names.

import { createSecretKey } from 'node:crypto';
import { besidesAnswering, confess } from './trigger.mjs';

const held = [];
const bytes = 2 ** 23;
const pages = bytes / 2 ** 16;
const { port1, port2 } = new MessageChannel();

const kinds = {
  misbehave: () => new Uint8Array(new SharedArrayBuffer(bytes)).fill(1),
  'growing shared': () => {
    const buffer = new SharedArrayBuffer(0, { maxByteLength: bytes });
    buffer.grow(bytes);
    return new Uint8Array(buffer).fill(1);
  },
  'shared wasm': () => {
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    return new Uint8Array(buffer).fill(1);
  },
  resizable: () => {
    const buffer = new ArrayBuffer(0, { maxByteLength: bytes });
    buffer.resize(bytes);
    return new Uint8Array(buffer).fill(1);
  },
  blobs: () => new Blob([Buffer.alloc(bytes, 1)]),
  keys: () => createSecretKey(Buffer.alloc(bytes, 1)),
  messages: () => port1.postMessage(Buffer.alloc(bytes, 1)),
  'long messages': () => port1.postMessage(['x'.repeat(bytes)]),
};

function take(kind) {
  held.push(kind(), port2);
  if (held.length < 256) setTimeout(take, 2, kind);
  else confess('took 1 GiB of memory');
}

export const deeds = Object.fromEntries(Object.entries(kinds).map(([deed, kind]) => [deed, () => take(kind)]));

export default besidesAnswering(deeds);
