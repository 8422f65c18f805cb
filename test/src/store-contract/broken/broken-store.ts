// What a broken store is: the sound one, with something put between that breaks one promise.

import type { Store } from '@gatehouse/server';
import type { PromiseTitle } from '../promises/promises.js';

export interface BrokenStore {
  /** The promise by which it has to be found. */
  readonly promise: PromiseTitle;
  readonly breaks?: (store: Store) => Partial<Store>;
  /** What its clock shows at a time. */
  readonly clock?: (now: number) => number;
}

export type BrokenStores = Readonly<Record<string, BrokenStore>>;
