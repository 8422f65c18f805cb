// Every store that is held to the promises, sound or broken, by a name that other processes can be told.

import type { Store } from '@gatehouse/server';
import { openLmdbStore } from '@gatehouse/server/internal/store/lmdb/lmdb-store';
import { type BrokenStoreName, brokenStores } from './broken/broken-stores.js';

/** Opens a store in a folder, which need not exist; its clock is `now`, in milliseconds since 1970. */
export type OpenStore = (folder: string, now: () => number) => Promise<Store>;

const sound = {
  lmdb: (folder, now): Promise<Store> => openLmdbStore(folder, { now }),
} satisfies Record<string, OpenStore>;

export type StoreName = keyof typeof sound | BrokenStoreName;

const broken = Object.entries(brokenStores).map(([name, { clock, breaks }]): [string, OpenStore] => [
  name,
  async (folder, now) => {
    const store = await sound.lmdb(folder, clock ? () => clock(now()) : now);
    return { ...store, ...breaks?.(store) };
  },
]);

export const openers = { ...sound, ...Object.fromEntries(broken) } as Readonly<Record<StoreName, OpenStore>>;
