// A file that holds a secret: finds out whether others than its owner may read it.

import { stat } from 'node:fs/promises';

export interface PrivacyRule {
  /** A file of root may be read by its group: a key that several services share is kept so. */
  readonly groupOfRoot?: boolean;
}

/** Returns what is wrong and how to mend it; undefined for a private file. Windows has no such modes. */
export async function exposureOf(path: string, { groupOfRoot = false }: PrivacyRule = {}): Promise<string | undefined> {
  const { mode, uid } = await stat(path);
  const isShared = groupOfRoot && uid === 0;
  if (process.platform === 'win32' || (mode & (isShared ? 0o037 : 0o077)) === 0) return undefined;
  const wanted = isShared ? '600, or 640 because it belongs to root' : '600';
  return `${path} may be read by others (mode ${(mode & 0o777).toString(8)}): it has to have mode ${wanted}`;
}
