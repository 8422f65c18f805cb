// The mailboxes of an embedded store that are damaged, as ranges of their keys: a damaged page concerns every mailbox
// that it may hold, also one that does not exist yet.

export interface DamagedRange {
  /** Key of the first mailbox. */
  readonly from: Buffer;
  /** Key of the last one. */
  readonly to: Buffer;
}

/** Merges ranges that overlap, and returns them in order. */
export function mergedRanges(ranges: readonly DamagedRange[]): readonly DamagedRange[] {
  const merged: DamagedRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.from.compare(b.from))) {
    const last = merged.at(-1);
    if (last === undefined || range.from.compare(last.to) > 0) merged.push(range);
    else if (range.to.compare(last.to) > 0) merged[merged.length - 1] = { from: last.from, to: range.to };
  }
  return merged;
}

/** True if the key is in one of the ranges, which are merged. Takes a search of log n steps: it is asked on every use. */
export function isInRanges(key: Uint8Array, ranges: readonly DamagedRange[]): boolean {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(ranges[middle]!.to, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length && Buffer.compare(ranges[low]!.from, key) <= 0;
}
