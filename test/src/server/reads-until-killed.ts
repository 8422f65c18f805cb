// A process that reads a store until it is killed. What it reads is not freed meanwhile.

import { createRequire } from 'node:module';

/** The server's own: the tests have none. */
const { open } = createRequire(import.meta.resolve('@gatehouse/server'))('lmdb');

const root = open({ path: process.argv[2]!, noSubdir: false, readOnly: true });
const range = root.getKeys();
range[Symbol.iterator]().next();
root.useReadTransaction();
process.send?.('reading');
setInterval(() => {}, 1000);
