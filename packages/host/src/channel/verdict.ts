// One word that says what a plugin answered to one frame, and to which call.

/** What stands in a verdict word. */
export const verdict = { NONE: 0, CONTINUE: 1, REJECT: 2, THREW: 3, BAD: 4 } as const;

export type VerdictKind = (typeof verdict)[keyof typeof verdict];

const kindBits = 3;
const kindMask = (1 << kindBits) - 1;

/** Call id and kind in one word; the id's upper bits fall away, which leaves 2^29 calls before one looks alike. */
export function packVerdict(call: number, kind: VerdictKind): number {
  return (call << kindBits) | kind;
}

/** The kind, or NONE when the word belongs to another call or is no verdict at all. */
export function unpackVerdict(call: number, packed: number): VerdictKind {
  const kind = packed & kindMask;
  if (packed >> kindBits !== (call << kindBits) >> kindBits || kind > verdict.BAD) return verdict.NONE;
  return kind as VerdictKind;
}
