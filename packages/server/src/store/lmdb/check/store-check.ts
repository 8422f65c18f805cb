// Reads through the file of an embedded store: every page that it uses, the lists of free pages, and every record. It
// reads the file itself: LMDB trusts it, and would end the process over a damaged page.

import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type DamagedRange, mergedRanges } from '../damaged-ranges.js';
import { checkFreePages, freeLists } from './free-pages.js';
import { type CheckedMailboxes, checkMailboxes, damagedBy, mailboxesIn } from './mailbox-check.js';
import { checkRecord, counterparts, recordChecks, Sayings } from './record-checks.js';
import { headOf, type StoreHead } from './store-head.js';
import { StorePages } from './store-pages.js';
import { type CheckProgress, emptyReport, type StoreReport } from './store-report.js';
import { type Compare, type Entry, type Leaf, leavesOf, type Tree, TreeFault } from './tree.js';

const faultsMax = 20;
/** Set by LMDB for a database whose values have versions. */
const hasVersions = 0x100;
const noMailboxes: CheckedMailboxes = { damaged: [], mailboxes: 0, messages: 0 };

/** Databases whose keys LMDB compares by words of 4 bytes, so that a key may stand before one that it begins with. */
const byWords: readonly string[] = ['users', 'term', 'about'];

/**
 * Returns undefined when another process has written to the file meanwhile. It must not, unless a reader keeps the pages
 * of the last commit (`isPinned`).
 */
export function checkStore(
  folder: string,
  isPinned: boolean,
  onProgress: (progress: CheckProgress) => void,
): StoreReport | undefined {
  const file = openSync(join(folder, 'data.mdb'), 'r');
  try {
    const head = headOf(file);
    if (typeof head === 'string') return { ...emptyReport, faults: [head] };
    const report = new StoreCheck(file, head, onProgress).report();
    return isPinned || isUnchanged(head, headOf(file)) ? report : undefined;
  } finally {
    closeSync(file);
  }
}

function isUnchanged(before: StoreHead, after: StoreHead | string): boolean {
  return typeof after !== 'string' && after.commit === before.commit;
}

class StoreCheck {
  readonly #file: number;
  readonly #head: StoreHead;
  readonly #pages: StorePages;
  readonly #faults: string[] = [];
  #databases: ReadonlyMap<string, Tree> = new Map();

  constructor(file: number, head: StoreHead, onProgress: (progress: CheckProgress) => void) {
    this.#file = file;
    this.#head = head;
    let pagesRead = 0;
    const pages = head.lastPage + 1;
    this.#pages = new StorePages(file, head, () => onProgress({ pagesRead: ++pagesRead, pages }));
  }

  report(): StoreReport {
    const lists = this.#at('the lists of free pages', () => freeLists(this.#head.free, this.#pages)) ?? [];
    this.#databases = this.#at('the list of databases', () => this.#named()) ?? new Map();
    const checked = this.#at('the mailboxes', () => this.#mailboxes()) ?? noMailboxes;
    const damaged = mergedRanges([...checked.damaged, ...this.#others()]);
    // Of what a damaged page refers to nobody can tell that it is free.
    this.#at('the lists of free pages', () => checkFreePages(lists, this.#pages));
    const { mailboxes, messages } = checked;
    return {
      faults: this.#faults.slice(0, faultsMax),
      damaged: damaged.map(({ from, to }) => ({ from: from.toString('hex'), to: to.toString('hex') })),
      damagedMailboxes: this.#known(damaged),
      mailboxes,
      messages,
    };
  }

  /** Returns undefined when there is damage, which is noted. */
  #at<T>(place: string, check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof TreeFault)) throw error;
      this.#faults.push(`${place}: ${error.message}`);
      return undefined;
    }
  }

  #named(): ReadonlyMap<string, Tree> {
    const named = new Map<string, Tree>();
    for (const leaf of leavesOf(this.#head.main, this.#pages, Buffer.compare)) {
      if ('fault' in leaf) throw new TreeFault(leaf.fault);
      for (const { key, tree } of leaf.entries) {
        if (tree === undefined || key.at(-1) !== 0) throw new TreeFault('an entry is no database');
        if ((tree.flags & ~hasVersions) !== 0) throw new TreeFault('a database of an unknown kind');
        named.set(`${key.subarray(0, -1)}`, tree);
      }
    }
    return named;
  }

  #mailboxes(): CheckedMailboxes {
    return checkMailboxes(this.#leaves('messages'), this.#leaves('mailboxes'));
  }

  #known(damaged: readonly DamagedRange[]): readonly string[] {
    if (damaged.length === 0) return [];
    // Read once more, as if nothing was used yet.
    const again = new StorePages(this.#file, this.#head);
    const records = this.#databases.get('mailboxes')!;
    const keys = this.#at('the mailboxes', () => mailboxesIn(damaged, leavesOf(records, again, Buffer.compare)));
    return (keys ?? []).map((key) => key.toString('hex'));
  }

  /** Returns the mailboxes that are damaged there. */
  #others(): readonly DamagedRange[] {
    const sayings = new Map<string, Sayings>();
    const damaged: DamagedRange[] = [];
    for (const name of this.#databases.keys()) {
      if (name === 'messages' || name === 'mailboxes') continue;
      const own = new Sayings();
      const found = this.#at(`the database ${name}`, () => this.#other(name, own));
      if (found !== undefined) sayings.set(name, own);
      damaged.push(...(found ?? []));
    }
    for (const [one, other] of counterparts) {
      const [a, b] = [sayings.get(one), sayings.get(other)];
      if (a && b && !a.equals(b)) this.#faults.push(`the databases ${one} and ${other} say different things`);
    }
    return damaged;
  }

  /** Damage is that of the store, unless the database is by mailbox: it concerns all mailboxes, or users. */
  #other(name: string, sayings: Sayings): readonly DamagedRange[] {
    const check = recordChecks[name];
    if (check === undefined) throw new TreeFault('this version of the server has none of this name');
    const isSound = (entry: Entry) => checkRecord(check, entry, sayings);
    if (check.isByMailbox) return damagedBy(this.#leaves(name), isSound);
    for (const leaf of this.#leaves(name)) {
      if ('fault' in leaf) throw new TreeFault(leaf.fault);
      if (!leaf.entries.every(isSound)) throw new TreeFault('a record does not look like one');
    }
    return [];
  }

  #leaves(name: string): Iterable<Leaf> {
    const tree = this.#databases.get(name);
    return tree === undefined ? [] : leavesOf(tree, this.#pages, byWords.includes(name) ? lenient : Buffer.compare);
  }
}

/** Compares keys as far as both go. */
const lenient: Compare = (a, b) => {
  const length = Math.min(a.length, b.length);
  return a.subarray(0, length).compare(b.subarray(0, length)) || -1;
};
