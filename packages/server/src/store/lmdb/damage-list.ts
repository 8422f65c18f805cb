// The list of damaged mailboxes, in a file beside the store, so that it outlives the server.

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@gatehouse/support/replace-file';
import type { DamagedRange } from './damaged-ranges.js';

const pathOf = (folder: string) => join(folder, 'damaged-mailboxes.json');

const everything: readonly DamagedRange[] = [{ from: Buffer.alloc(0), to: Buffer.alloc(64, 0xff) }];

/** Returns no range when there is no list. One that cannot be read means that any mailbox may be damaged. */
export async function keptDamage(folder: string): Promise<readonly DamagedRange[]> {
  try {
    const kept: readonly { readonly from: string; readonly to: string }[] = JSON.parse(
      await readFile(pathOf(folder), 'utf8'),
    );
    return kept.map(({ from, to }) => ({ from: Buffer.from(from, 'hex'), to: Buffer.from(to, 'hex') }));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : everything;
  }
}

/** Replaces the list; without a range there is none. */
export async function keepDamage(folder: string, ranges: readonly DamagedRange[]): Promise<void> {
  if (ranges.length === 0) return rm(pathOf(folder), { force: true });
  const list = ranges.map(({ from, to }) => ({ from: from.toString('hex'), to: to.toString('hex') }));
  await replaceFile(pathOf(folder), `${JSON.stringify(list, undefined, 1)}\n`);
}
