// A process that takes the lock of a folder whenever it is told to, and says whether it got it.

import { lockFolder } from '@gatehouse/server/internal/data-folder/folder-lock';

let release: (() => Promise<void>) | undefined;

process.on('message', async (order: { readonly lock?: string }) => {
  if (order.lock === undefined) {
    await release?.();
    release = undefined;
    process.send!('released');
    return;
  }
  release = await lockFolder(order.lock).catch((error) => {
    if (error.fault !== 'in-use') throw error;
    return undefined;
  });
  process.send!(release === undefined ? 'refused' : 'held');
});

process.send!('ready');
