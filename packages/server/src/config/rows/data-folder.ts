// Settings: the data folder and its store.

import { flag, text, whole } from '../kinds.js';
import { row } from './setting-row.js';

export const dataFolderSettings = {
  dataFolder: row({ kind: text, default: './data', about: 'Folder of everything that is kept' }),
  takeOver: row({
    kind: flag,
    default: false,
    about: 'Start although another server seems to use the data folder: that one ends (docs/durability.md)',
  }),
  beginAnew: row({
    kind: flag,
    default: false,
    about:
      'Start although the data folder has lost its store or its secret of logins, and make a new one (docs/storage.md)',
  }),
  newEpoch: row({
    kind: flag,
    default: false,
    about:
      'The data folder is a copy that `backup` has not made: number messages above those of the original (docs/storage.md)',
  }),
  trustClock: row({
    kind: flag,
    default: false,
    about: 'The time of this machine is right, however long after the last one that was trusted (docs/storage.md)',
  }),
  checkStoreBytes: row({
    kind: whole(0, 2 ** 50),
    default: 1024 ** 3,
    about:
      'After an unclean end, a store of up to so many bytes is read through before the ports open; 0: none (docs/storage.md)',
  }),
  minFreeBytes: row({
    kind: whole(0, 2 ** 50),
    default: 128 * 1024 * 1024,
    about: 'Free bytes of the disk below which nothing is stored; what was acknowledged is still removed; 0: none',
  }),
} as const;
