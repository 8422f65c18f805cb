// `gatehouse check [DIR]`: reads through the store of a data folder or of a backup, and lists what is damaged.

import { checkDataFolder, type FolderReport } from '../data-folder/check.js';
import { FolderError } from '../data-folder/folder-error.js';
import type { Call } from './call.js';

/** @throws FolderError when anything is damaged, or there is no store */
export async function check({ settings, operands }: Call): Promise<void> {
  const folder = operands[0] ?? settings.dataFolder;
  const progress = progressLine();
  const report = await checkDataFolder(folder, progress.show)
    .catch((error: Error) => {
      throw new FolderError('unusable', `${folder} cannot be checked: ${error.message}`, error);
    })
    .finally(progress.clear);
  for (const line of linesOf(report)) process.stdout.write(`${line}\n`);
  const { faults, damagedRanges } = report;
  if (faults.length === 0 && damagedRanges.length === 0) return;
  const what = faults.length > 0 ? 'no server starts on it: put' : 'its mailboxes above are not served: put';
  throw new FolderError('unusable', `the store in ${folder} is damaged, and ${what} a backup in its place`);
}

function linesOf({ faults, damagedMailboxes, damagedRanges, mailboxes, messages }: FolderReport): readonly string[] {
  return [
    ...faults.map((fault) => `damaged: ${fault}`),
    ...damagedMailboxes.map((name) => `damaged: ${name}`),
    ...damagedRanges.filter((range) => !damagedMailboxes.includes(range)).map((range) => `damaged: ${range}`),
    `${messages} messages in ${mailboxes} mailboxes were read`,
  ];
}

/** Shows the progress in one line of a terminal; elsewhere not at all. */
function progressLine() {
  const { stderr } = process;
  const show = ({ pagesRead, pages }: { readonly pagesRead: number; readonly pages: number }) => {
    if (stderr.isTTY) stderr.write(`\r${Math.floor((100 * pagesRead) / pages)} % `);
  };
  return { show, clear: () => void (stderr.isTTY && stderr.write('\r      \r')) };
}
