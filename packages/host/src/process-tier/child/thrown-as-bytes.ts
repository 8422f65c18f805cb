// Serializes the cause of a process's end: an error's class and code do not survive a pipe, and it can be anything.

import { serialize } from 'node:v8';
import type { ThrownInProcess } from '../../channel/pipe/index.js';
import { shortened } from '../../contract/thrown.js';

/** Longer than the part that is shown. */
const textMax = 1000;

export function thrownAsBytes(thrown: unknown): Uint8Array {
  try {
    if (!(thrown instanceof Error))
      return serialize({ text: String(thrown).slice(0, textMax) } satisfies ThrownInProcess);
    const error = shortened(thrown);
    return serialize({ text: error.message, error } satisfies ThrownInProcess);
  } catch {
    return serialize({ text: 'something that cannot be described' } satisfies ThrownInProcess);
  }
}
