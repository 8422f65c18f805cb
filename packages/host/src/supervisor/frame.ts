// One frame of a stack that was sampled, and how it is told.

import { fileURLToPath } from 'node:url';

export interface Frame {
  /** Empty for a function without a name. */
  readonly name: string;
  /** Empty where the code has no file. */
  readonly url: string;
  /** From 1. */
  readonly line: number;
}

const host = new URL('..', import.meta.url).href;

/** The topmost frame that stands in a file of the plugin's, with what it was calling; undefined when there is none. */
export function placeOf(frames: readonly Frame[]): string | undefined {
  const at = frames.findIndex(({ url }) => url.startsWith('file:'));
  if (at < 0) return undefined;
  // A profile does not know a function that was compiled anew while it looped, and shows its caller instead.
  if (frames[at]!.url.startsWith(host)) return 'in a loop of the very function that the host called';
  const { name, url, line } = frames[at]!;
  const called = frames[0]!.name;
  const calling = at === 0 || called === '' ? '' : `, in ${called}`;
  return `at ${name || 'a function without a name'} (${fileURLToPath(url)}:${line})${calling}`;
}
