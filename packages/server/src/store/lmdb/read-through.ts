// Decides whether a store is read through before it is opened, and what follows from what is found.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkLmdbStore } from './check/run-check.js';
import type { StoreReport } from './check/store-report.js';
import { keepDamage, keptDamage } from './damage-list.js';
import type { DamagedRange } from './damaged-ranges.js';
import { damage } from './failure.js';

export interface ReadThroughOptions {
  /** The last server that used the store did not close it. */
  readonly isUnclean: boolean;
  /** Bytes above which a store is not read through, unless its end is missing. */
  readonly bytesMax: number;
  /** Its file is shorter than its head says. */
  readonly endIsMissing: boolean;
  /** Is called with sentences for the log. */
  readonly onNote: (sentence: string) => void;
}

/** Returns the damaged mailboxes. @throws StoreError when more is damaged than mailboxes */
export async function damageIn(folder: string, options: ReadThroughOptions): Promise<readonly DamagedRange[]> {
  const { isUnclean, bytesMax, endIsMissing, onNote } = options;
  const kept = await keptDamage(folder);
  const reason = endIsMissing ? 'its end is missing' : isUnclean ? 'it was not closed' : 'it has damaged mailboxes';
  if (!endIsMissing && !isUnclean && kept.length === 0) return kept;
  const bytes = await sizeOf(folder);
  if (bytes > bytesMax && !endIsMissing) {
    if (bytesMax > 0) onNote(`the store is not read through, although ${reason}: it has ${megabytes(bytes)}`);
    return kept;
  }
  onNote(`reading through the store (${megabytes(bytes)}), because ${reason}`);
  const report = await checkLmdbStore(folder, slowly(onNote));
  refuseFaults(folder, report);
  const found = rangesOf(report);
  await keepDamage(folder, found);
  if (found.length > 0) onNote(`damaged mailboxes are not served: ${report.damagedMailboxes.length} are known`);
  return found;
}

export function rangesOf({ damaged }: StoreReport): readonly DamagedRange[] {
  return damaged.map(({ from, to }) => ({ from: Buffer.from(from, 'hex'), to: Buffer.from(to, 'hex') }));
}

function refuseFaults(folder: string, { faults }: StoreReport): void {
  if (faults.length === 0) return;
  throw damage(folder, `${faults[0]}${faults.length > 1 ? `, and ${faults.length - 1} more` : ''}`);
}

const progressMs = 5_000;

/** Notes the progress from time to time. */
function slowly(onNote: (sentence: string) => void) {
  let notedAt = performance.now();
  return ({ pagesRead, pages }: { readonly pagesRead: number; readonly pages: number }) => {
    if (performance.now() - notedAt < progressMs) return;
    notedAt = performance.now();
    onNote(`reading through the store: ${Math.floor((100 * pagesRead) / pages)} %`);
  };
}

async function sizeOf(folder: string): Promise<number> {
  return (await stat(join(folder, 'data.mdb')).catch(() => undefined))?.size ?? 0;
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MB`;
}
