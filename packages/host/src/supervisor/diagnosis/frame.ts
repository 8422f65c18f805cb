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

const host = new URL('../..', import.meta.url).href;
const isInFile = ({ url }: Frame) => url.startsWith('file:');

/** A profile does not know a function that was compiled anew while it looped, and shows its caller instead. */
export function calledByHost(frames: readonly Frame[]): boolean {
  return frames.find(isInFile)?.url.startsWith(host) === true;
}

/** The topmost frame that stands in a file of the plugin's, with what it was calling; undefined when there is none. */
export function placeOf(frames: readonly Frame[]): string | undefined {
  const at = frames.find(isInFile);
  if (at === undefined || calledByHost(frames)) return undefined;
  const called = frames[0]!.name;
  const calling = at === frames[0] || called === '' ? '' : `, in ${called}`;
  return `at ${at.name || 'a function without a name'} (${fileURLToPath(at.url)}:${at.line})${calling}`;
}
