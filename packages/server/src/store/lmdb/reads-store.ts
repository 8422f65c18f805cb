// A process that reads a whole store, and crashes if the store is damaged.

import { open } from 'lmdb';

const root = open({ path: process.argv[2]!, noSubdir: false, readOnly: true, maxDbs: 32 });
for (const name of root.getKeys()) {
  const database = root.openDB(String(name), { encoding: 'binary', keyEncoding: 'binary' });
  for (const _ of database.getRange());
}
await root.close();
