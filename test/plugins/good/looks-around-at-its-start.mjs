// Logs at its start what of a list of files it may read and write, and what its thread was given, and rejects everything.

import { readFileSync, writeFileSync } from 'node:fs';
import { threadId, workerData } from 'node:worker_threads';
import { definePlugin, Reject } from '@gatehouse/plugin-api';

const worksOut = (act) => {
  try {
    act();
    return true;
  } catch {
    return false;
  }
};

export default definePlugin({
  start({ log, config: { files } }) {
    const readable = files.filter((file) => worksOut(() => readFileSync(file)));
    const writable = files.filter((file) => worksOut(() => writeFileSync(file, 'written')));
    log.info({ threadId, readable, writable, given: JSON.stringify(workerData) }, 'looked around');
  },
  onMessageEnqueue: () => Reject(String(threadId)),
});
