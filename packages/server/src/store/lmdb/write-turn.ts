// Finds out whether a store can be written to at all: LMDB waits for its turn without an end, and on the server's thread.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { StoreError } from '../store-error.js';

const turnMs = 5_000;

/** Tries in another process. @throws StoreError when the turn does not come, because a writer is paused */
export async function refuseWithoutTurn(folder: string): Promise<void> {
  const file = fileURLToPath(new URL('./waits-for-turn.js', import.meta.url));
  const writer = fork(file, [folder], { execArgv: [], stdio: 'ignore', timeout: turnMs, killSignal: 'SIGKILL' });
  const [, signal] = await once(writer, 'exit');
  // Any other failure shows again, and with its reason, when the store is opened.
  if (signal !== 'SIGKILL') return;
  const why = 'another process is in the middle of a write, and seems to be paused; end that process first';
  throw new StoreError('in-use', `the store in ${folder} cannot be taken: ${why}`);
}
