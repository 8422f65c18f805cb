// One word with a plugin's answer to one frame, and the call that it belongs to.

import type { Holds, Member, Unique } from '@gatehouse/support/holds';

/** The kinds of verdicts. UNDECIDED: the session itself failed to ask the plugin. */
export const verdict = { NONE: 0, CONTINUE: 1, REJECT: 2, THREW: 3, BAD: 4, UNDECIDED: 5, DEFER: 6 } as const;

/** The last kind; kinds are numbered without a gap. */
export const lastVerdict = verdict.DEFER;

export type VerdictKind = (typeof verdict)[keyof typeof verdict];

const kindBits = 3;
const kindMask = (1 << kindBits) - 1;

/** All numbers of `kindBits` bits. A larger kind would be read as another kind of another call. */
type KindsOfBits = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Zeroed memory contains no verdict, all kinds are distinct, and each fits into its bits. */
export type VerdictsHold = Holds<
  [Unique<typeof verdict>, Member<VerdictKind, KindsOfBits>, Member<typeof verdict.NONE, 0>, Member<typeof kindBits, 3>]
>;

/** Packs call id and kind into one word. The id's upper bits are lost, so ids repeat only after 2^29 calls. */
export function packVerdict(call: number, kind: VerdictKind): number {
  return (call << kindBits) | kind;
}

/** Returns the kind, or NONE if the word belongs to another call or is not a verdict. */
export function unpackVerdict(call: number, packed: number): VerdictKind {
  const kind = packed & kindMask;
  if (packed >> kindBits !== (call << kindBits) >> kindBits || kind > lastVerdict) return verdict.NONE;
  return kind as VerdictKind;
}
