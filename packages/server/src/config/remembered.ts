// Settings that are overruled by what the server has been told while it ran, and remembers.

import { type OverruledChoices, overruledChoices } from '@gatehouse/host';
import type { Settings } from './settings.js';

export interface Overruled extends OverruledChoices {
  /** The file that remembers it. */
  readonly file: string;
}

/** Returns what overrules the setting `enabled`, or a sentence when the file cannot be read; undefined if nothing does. */
export async function overruledIn(file: string, { enabled }: Settings): Promise<Overruled | string | undefined> {
  try {
    const choices = await overruledChoices(file, enabled);
    return choices.enabled.length + choices.disabled.length > 0 ? { file, ...choices } : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
