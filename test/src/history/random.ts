// Chance that a seed brings back.

import { createHash } from 'node:crypto';

/** A whole number from 0 up to, without, `below`. */
export type Choose = (below: number) => number;

/** The same seed gives the same choices in the same order. */
export function chooserOf(seed: string): Choose {
  let asked = 0;
  return (below) => createHash('sha256').update(`${seed} ${asked++}`).digest().readUInt32BE() % below;
}
