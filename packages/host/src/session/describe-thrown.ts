// Describes whatever a plugin threw, in the plugin's thread.

import { placeOf, textOfThrown } from '../contract/thrown.js';
import { tellInOurWords } from './hardening/refusals.js';

/** Longer than anybody would read. */
const textMax = 1000;

export const cut = (text: string) => text.slice(0, textMax);

/** Describes it by message and the plugin's topmost place. Reading it may throw again. */
export function describeThrown(error: unknown): string {
  try {
    tellInOurWords(error);
    if (!(error instanceof Error)) return `threw ${textOfThrown(error).slice(0, 200)}`;
    const at = placeOf(error.stack);
    return `${cut(String(error.name))}: ${cut(String(error.message))}${at === undefined ? '' : ` (${at})`}`;
  } catch {
    return 'threw something that cannot be described';
  }
}
