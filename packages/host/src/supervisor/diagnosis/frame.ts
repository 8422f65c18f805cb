// One frame of a sampled stack, and its description.

import { fileURLToPath } from 'node:url';

export interface Frame {
  /** Empty for a function without a name. */
  readonly name: string;
  /** Empty if the code has no file. */
  readonly url: string;
  /** From 1. */
  readonly line: number;
}

const host = new URL('../..', import.meta.url).href;
const isInFile = ({ url }: Frame) => url.startsWith('file:');

/** Whether the host shows as the running code. A profile shows the caller of a function recompiled during its loop. */
export function calledByHost(frames: readonly Frame[]): boolean {
  return frames.find(isInFile)?.url.startsWith(host) === true;
}

/** Describes the topmost frame in a file of the plugin, and the call that it was in; undefined if there is none. */
export function placeInStack(frames: readonly Frame[]): string | undefined {
  const at = frames.find(isInFile);
  if (at === undefined || calledByHost(frames)) return undefined;
  const called = frames[0]!.name;
  const calling = at === frames[0] || called === '' ? '' : `, in ${called}`;
  return `at ${at.name || 'a function without a name'} (${fileURLToPath(at.url)}:${at.line})${calling}`;
}
