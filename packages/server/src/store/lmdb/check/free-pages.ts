// The lists of free pages of an embedded store. A page that is free and used at once would be overwritten by a later
// commit, and damage whatever uses it.

import { PageFault, type StorePages } from './store-pages.js';
import { type Compare, leavesOf, type Tree, TreeFault } from './tree.js';
import { numberAt } from './words.js';

const wordLength = 8;

/** The keys are numbers of commits, in the machine's byte order. */
const byNumber: Compare = (a, b) => {
  if (a.length !== wordLength || b.length !== wordLength) throw new PageFault('a list has a key of another width');
  return numberAt(a, 0) - numberAt(b, 0);
};

/** Notes the free pages as used, once the pages of all trees were noted. @throws TreeFault */
export function checkFreePages(lists: readonly Buffer[], pages: StorePages): void {
  try {
    for (const list of lists) useAll(list, pages);
  } catch (error) {
    throw error instanceof PageFault ? new TreeFault(error.message) : error;
  }
}

/** Returns copies of the lists. @throws TreeFault */
export function freeLists(tree: Tree, pages: StorePages): readonly Buffer[] {
  const lists: Buffer[] = [];
  for (const leaf of leavesOf(tree, pages, byNumber)) {
    if ('fault' in leaf) throw new TreeFault(leaf.fault);
    for (const { value } of leaf.entries) {
      if (value === undefined) throw new TreeFault('a list is damaged');
      lists.push(Buffer.from(value));
    }
  }
  return lists;
}

/** A list begins with its length. A page may follow the negated number of pages that begin with it; 0 is no page. */
function useAll(list: Buffer, pages: StorePages): void {
  const length = list.length < wordLength ? 0 : numberAt(list, 0);
  if (list.length % wordLength !== 0 || (length + 1) * wordLength > list.length) {
    throw new TreeFault('a list is longer than its record');
  }
  let run = 1;
  for (let i = 1; i <= length; i++) {
    const word = list.readBigInt64LE(i * wordLength);
    if (word < 0n) run = Number(-word);
    else if (word > 0n) {
      pages.use(Number(word), run);
      run = 1;
    }
  }
}
