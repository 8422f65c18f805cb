// The reasons why a data folder cannot be used, in words for the person who starts the server.

export type FolderFault = 'in-use' | 'forbidden' | 'full' | 'unusable';

export class FolderError extends Error {
  override readonly name = 'FolderError';
  readonly fault: FolderFault;

  constructor(fault: FolderFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.fault = fault;
  }
}

const known: Readonly<Record<string, readonly [FolderFault, string]>> = {
  EACCES: ['forbidden', 'the server has no permission to'],
  EPERM: ['forbidden', 'the server has no permission to'],
  EROFS: ['forbidden', 'its disk is read-only'],
  ENOSPC: ['full', 'there is no room left on its disk'],
  EDQUOT: ['full', 'the quota of its disk is used up'],
  ENOTDIR: ['unusable', 'a part of its path is a file'],
  EEXIST: ['unusable', 'it is a file'],
};

/** Converts any error from creating or locking the folder. */
export function folderError(error: unknown, folder: string): FolderError {
  if (error instanceof FolderError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const [fault, why] = known[code] ?? ['unusable', message];
  return new FolderError(fault, `the data folder ${folder} cannot be used: ${why} (${code})`, error);
}
