// One tree of pages in the file of an embedded store: a database, the list of databases, or the lists of free pages.

import { branchNodes, type LeafNode, leafNodes, ofTree, storedValue } from './page-nodes.js';
import { PageFault, type StorePages } from './store-pages.js';
import { numberAt } from './words.js';

/** The record of a tree. */
export interface Tree {
  readonly flags: number;
  readonly depth: number;
  readonly branches: number;
  readonly leaves: number;
  readonly valuePages: number;
  readonly entries: number;
  readonly root: number;
}

const flagsAt = 4;
const depthAt = 6;
const branchesAt = 8;
const leavesAt = 16;
const valuePagesAt = 24;
const entriesAt = 32;
const rootAt = 40;
const treeLength = 48;
/** What stands for the root of an empty tree: all bits, here rounded. */
const noRoot = 2 ** 64;
const depthMax = 32;

export function readTree(buffer: Buffer, at = 0): Tree {
  return {
    flags: buffer.readUInt16LE(at + flagsAt),
    depth: buffer.readUInt16LE(at + depthAt),
    branches: numberAt(buffer, at + branchesAt),
    leaves: numberAt(buffer, at + leavesAt),
    valuePages: numberAt(buffer, at + valuePagesAt),
    entries: numberAt(buffer, at + entriesAt),
    root: numberAt(buffer, at + rootAt),
  };
}

export interface Entry {
  readonly key: Buffer;
  /** Undefined when its pages are damaged, and for a database. */
  readonly value: Buffer | undefined;
  /** Of a database in the list of them. */
  readonly tree?: Tree;
}

/** A leaf with its entries, or one that is damaged, whose keys would be at `low` or above and below `high`. */
export type Leaf =
  | { readonly entries: readonly Entry[] }
  | { readonly fault: string; readonly low: Buffer | undefined; readonly high: Buffer | undefined };

/** The damage of a tree as a whole: nobody can tell which keys it concerns. */
export class TreeFault extends Error {}

export type Compare = (a: Buffer, b: Buffer) => number;

interface Step {
  readonly page: number;
  readonly level: number;
  readonly low: Buffer | undefined;
  readonly high: Buffer | undefined;
}

interface Counts {
  branches: number;
  leaves: number;
  valuePages: number;
  entries: number;
}

/** Returns the leaves in order. @throws TreeFault when anything but a leaf is damaged */
export function* leavesOf(tree: Tree, pages: StorePages, compare: Compare): Generator<Leaf> {
  const counts: Counts = { branches: 0, leaves: 0, valuePages: 0, entries: 0 };
  let isWhole = true;
  const steps = firstStep(tree);
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if (step.level < tree.depth) {
      counts.branches += 1;
      steps.push(...stepsBelow(step, pages, compare));
      continue;
    }
    const leaf = leafAt(step, pages, compare, counts);
    if ('fault' in leaf && tree.depth === 1) throw new TreeFault(leaf.fault);
    isWhole &&= !('fault' in leaf) && leaf.entries.every(({ value, tree }) => (value ?? tree) !== undefined);
    yield leaf;
  }
  if (isWhole) checkCounts(tree, counts);
}

function firstStep({ depth, root }: Tree): Step[] {
  if (depth > depthMax) throw new TreeFault(`a tree of ${depth} levels`);
  if (depth === 0 && root !== noRoot) throw new TreeFault('an empty tree that has pages');
  return depth === 0 ? [] : [{ page: root, level: 1, low: undefined, high: undefined }];
}

/** Returns the pages below a branch, the first one last. */
function stepsBelow({ page, level, low, high }: Step, pages: StorePages, compare: Compare): Step[] {
  try {
    const nodes = branchNodes(pages, page);
    // The first key of a branch means nothing.
    checkOrder(
      nodes.slice(1).map(({ key }) => key),
      { page, low, high },
      compare,
    );
    const borders = nodes.map(({ key }, i) => (i === 0 ? low : key));
    const steps = nodes.map((node, i) => ({
      page: node.page,
      level: level + 1,
      low: borders[i],
      high: borders[i + 1],
    }));
    steps.push({ ...steps.pop()!, high });
    return steps.reverse();
  } catch (error) {
    throw error instanceof PageFault ? new TreeFault(error.message) : error;
  }
}

function leafAt({ page, low, high }: Step, pages: StorePages, compare: Compare, counts: Counts): Leaf {
  try {
    const nodes = leafNodes(pages, page);
    checkOrder(
      nodes.map(({ key }) => key),
      { page, low, high },
      compare,
    );
    counts.leaves += 1;
    counts.entries += nodes.length;
    return { entries: nodes.map((node) => entryOf(node, pages, counts)) };
  } catch (error) {
    if (error instanceof PageFault) return { fault: error.message, low, high };
    throw error;
  }
}

function entryOf(node: LeafNode, pages: StorePages, counts: Counts): Entry {
  const { key, flags, stored } = node;
  if (flags === ofTree)
    return { key, value: undefined, ...(stored.length === treeLength && { tree: readTree(stored) }) };
  const before = pages.used;
  try {
    const value = storedValue(node, pages);
    counts.valuePages += pages.used - before;
    return { key, value };
  } catch (error) {
    if (error instanceof PageFault) return { key, value: undefined };
    throw error;
  }
}

function checkOrder(keys: readonly Buffer[], { page, low, high }: Omit<Step, 'level'>, compare: Compare): void {
  const rises = keys.every((key, i) => i === 0 || compare(keys[i - 1]!, key) < 0);
  const isWithin =
    (low === undefined || compare(low, keys[0]!) <= 0) && (high === undefined || compare(keys.at(-1)!, high) < 0);
  if (!rises || !isWithin) throw new PageFault(`page ${page} has keys that are out of order`);
}

function checkCounts(tree: Tree, counts: Counts): void {
  for (const name of ['branches', 'leaves', 'valuePages', 'entries'] as const) {
    if (counts[name] !== tree[name]) throw new TreeFault(`${counts[name]} ${name}, where it has ${tree[name]}`);
  }
}
