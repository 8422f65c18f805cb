// A process that takes a store, and stays in the transaction for a while once it has said so.

import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Fence } from '@gatehouse/server/internal/store/lmdb/fence';

const { open } = createRequire(import.meta.resolve('@gatehouse/server'))('lmdb');
const stayMs = 300;

const folder = process.argv[2]!;
const root = open({ path: folder, noSubdir: false, overlappingSync: false });
new Fence(root, folder, () => {
  writeSync(1, 'taken');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stayMs);
});
await root.close();
