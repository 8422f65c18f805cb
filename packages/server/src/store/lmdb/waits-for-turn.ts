// A process that waits for its turn to write to a store, which does not come while another process is paused in a write.

import { open } from 'lmdb';

const root = open({ path: process.argv[2]!, noSubdir: false, overlappingSync: false });
root.transactionSync(() => {});
await root.close();
