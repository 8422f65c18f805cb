// `gatehouse backup DIR`: copies the data folder, also while a server works on it.

import { backupDataFolder } from '../data-folder/backup.js';
import { FolderError } from '../data-folder/folder-error.js';
import type { Call } from './call.js';

/** @throws FolderError */
export async function backup({ settings, operands }: Call): Promise<void> {
  const target = operands[0]!;
  await backupDataFolder(settings.dataFolder, target).catch((error: Error) => {
    throw new FolderError('unusable', `there is no backup of ${settings.dataFolder}: ${error.message}`, error);
  });
  process.stdout.write(`${settings.dataFolder} is copied to ${target}\n`);
}
