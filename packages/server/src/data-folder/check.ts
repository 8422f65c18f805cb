// Checks the store of a data folder, or of a backup, even while a server uses it.

import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkLmdbStore } from '../store/lmdb/check/run-check.js';
import type { CheckProgress, StoreReport } from '../store/lmdb/check/store-report.js';
import { nameOf, rangeText } from '../store/lmdb/damaged-mailboxes.js';
import { rangesOf } from '../store/lmdb/read-through.js';
import { storeFolder } from './data-folder.js';

export interface FolderReport {
  /** Damage of the store itself, each as a sentence. */
  readonly faults: readonly string[];
  /** The names of damaged mailboxes. */
  readonly damagedMailboxes: readonly string[];
  /** Where mailboxes may be damaged, or would be. */
  readonly damagedRanges: readonly string[];
  readonly mailboxes: number;
  readonly messages: number;
}

/** Writes nothing. @throws when there is no store in the folder */
export async function checkDataFolder(
  dataFolder: string,
  onProgress: (progress: CheckProgress) => void,
): Promise<FolderReport> {
  const store = storeFolder(resolve(dataFolder));
  const found = await stat(join(store, 'data.mdb')).catch(() => undefined);
  if (found === undefined) throw new Error('it holds no store');
  return inWords(await checkLmdbStore(store, onProgress));
}

function inWords(report: StoreReport): FolderReport {
  const { faults, damagedMailboxes, mailboxes, messages } = report;
  return {
    faults,
    damagedMailboxes: damagedMailboxes.map((key) => nameOf(Buffer.from(key, 'hex'))),
    damagedRanges: rangesOf(report).map(rangeText),
    mailboxes,
    messages,
  };
}
