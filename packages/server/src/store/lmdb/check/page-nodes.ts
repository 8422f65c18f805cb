// The nodes of a page of a tree: each has a key, and the number of a page below it or a value.

import { PageFault, pageFlags, pageHead, type StorePages } from './store-pages.js';
import { numberAt } from './words.js';

// ┌──────────────────────┬───────────────┬────────────────┬─────┬──────┐
// │ length of value (4)  │ flags (2)     │ key length (2) │ key │ value│  of a leaf
// │ number of page (6)                   │ key length (2) │ key │      │  of a branch
// └──────────────────────┴───────────────┴────────────────┴─────┴──────┘
const lowerAt = 20;
const upperAt = 22;
const nodeFlagsAt = 4;
const keyLengthAt = 6;
const nodeHead = 8;
const twoTo32 = 2 ** 32;

const ownPages = 0x01;
export const ofTree = 0x02;
/** What stands for a value that has pages of its own: the first page (8), the commit (8), the number of pages (8). */
const runLength = 24;
const runCountAt = 16;

export interface BranchNode {
  readonly key: Buffer;
  readonly page: number;
}

export interface LeafNode {
  readonly key: Buffer;
  readonly flags: number;
  readonly length: number;
  /** The value, or what stands for it. */
  readonly stored: Buffer;
}

/** @throws PageFault */
export function branchNodes(pages: StorePages, page: number): readonly BranchNode[] {
  const found = pages.read(page, pageFlags.branch);
  return nodesOf(found, page, () => 0).map(({ at, key }) => {
    const child = found.readUInt32LE(at) + found.readUInt16LE(at + nodeFlagsAt) * twoTo32;
    return { key, page: child };
  });
}

/** @throws PageFault */
export function leafNodes(pages: StorePages, page: number): readonly LeafNode[] {
  const found = pages.read(page, pageFlags.leaf);
  const lengthOf = (at: number) =>
    (found.readUInt16LE(at + nodeFlagsAt) & ownPages) === 0 ? found.readUInt32LE(at) : runLength;
  return nodesOf(found, page, lengthOf).map(({ at, key, end }) => {
    const flags = found.readUInt16LE(at + nodeFlagsAt);
    if (flags !== 0 && flags !== ownPages && flags !== ofTree) throw new PageFault(`page ${page} has unknown values`);
    return { key, flags, length: found.readUInt32LE(at), stored: found.subarray(at + nodeHead + key.length, end) };
  });
}

/** Returns the value, which may have pages of its own. @throws PageFault */
export function storedValue({ flags, length, stored }: LeafNode, pages: StorePages): Buffer {
  if (flags !== ownPages) return stored;
  return pages.readRun(numberAt(stored, 0), numberAt(stored, runCountAt), length);
}

interface Node {
  readonly at: number;
  readonly key: Buffer;
  readonly end: number;
}

/** The nodes fill the page from `upper` to its end without a gap. @throws PageFault when they do not */
function nodesOf(found: Buffer, page: number, lengthOf: (at: number) => number): readonly Node[] {
  const lower = found.readUInt16LE(lowerAt);
  const upper = found.readUInt16LE(upperAt) + pageHead;
  const fault = () => new PageFault(`page ${page} has nodes that do not fit it`);
  if (lower === 0 || lower % 2 !== 0 || pageHead + lower > upper || upper > found.length) throw fault();
  const nodes: Node[] = [];
  let filled = 0;
  for (let i = 0; i < lower; i += 2) {
    const at = found.readUInt16LE(pageHead + i) + pageHead;
    if (at < upper || at % 2 !== 0 || at + nodeHead > found.length) throw fault();
    const keyEnd = at + nodeHead + found.readUInt16LE(at + keyLengthAt);
    const end = keyEnd + lengthOf(at);
    if (end > found.length) throw fault();
    nodes.push({ at, key: found.subarray(at + nodeHead, keyEnd), end });
    filled += (end - at + 1) & ~1;
  }
  if (filled !== found.length - upper) throw fault();
  return nodes;
}
