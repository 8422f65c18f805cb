// Looks at a store from another process: how many entries it has, of whatever kind.

import { open } from 'lmdb';
import { answer } from '../answers.js';

const answers = {
  async entries(folder: string): Promise<number> {
    const root = open({ path: folder, noSubdir: false, readOnly: true, maxDbs: 32 });
    try {
      const databases = [...root.getKeys()].map((name) => root.openDB(String(name), { encoding: 'binary' }));
      return databases.reduce((sum, database) => sum + (database.getStats() as { entryCount: number }).entryCount, 0);
    } finally {
      await root.close();
    }
  },
};

export type StoreEntriesChild = typeof answers;

answer(answers);
