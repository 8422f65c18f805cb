// One word that says what a plugin answered to one frame, and to which call.

import type { Holds, Member, Unique } from '@gatehouse/support/holds';

/** What stands in a verdict word. UNDECIDED: the session itself failed to ask the plugin. */
export const verdict = { NONE: 0, CONTINUE: 1, REJECT: 2, THREW: 3, BAD: 4, UNDECIDED: 5 } as const;

/** The kinds are numbered without a gap, and this is the last. */
export const lastVerdict = verdict.UNDECIDED;

export type VerdictKind = (typeof verdict)[keyof typeof verdict];

const kindBits = 3;
const kindMask = (1 << kindBits) - 1;

/** All numbers of `kindBits` bits. A kind beyond them would be read as another one, and as another call's. */
type KindsOfBits = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A memory that is all zero holds no verdict, no kind is another one, and each has room in its bits. */
export type VerdictsHold = Holds<
  [Unique<typeof verdict>, Member<VerdictKind, KindsOfBits>, Member<typeof verdict.NONE, 0>, Member<typeof kindBits, 3>]
>;

/** Call id and kind in one word; the id's upper bits fall away, which leaves 2^29 calls before one looks alike. */
export function packVerdict(call: number, kind: VerdictKind): number {
  return (call << kindBits) | kind;
}

/** The kind, or NONE when the word belongs to another call or is no verdict at all. */
export function unpackVerdict(call: number, packed: number): VerdictKind {
  const kind = packed & kindMask;
  if (packed >> kindBits !== (call << kindBits) >> kindBits || kind > lastVerdict) return verdict.NONE;
  return kind as VerdictKind;
}
