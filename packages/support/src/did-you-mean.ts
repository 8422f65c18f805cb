// Suggests the known word that a mistyped word most likely stands for.

/** Returns `, did you mean "threads"?` if a known word is near, else an empty text. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = known
    .map((candidate) => ({ candidate, edits: editsBetween(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.edits - b.edits)[0];
  return near === undefined ? '' : `, did you mean "${near.candidate}"?`;
}

/**
 * Returns the number of letters to insert, drop, replace or swap with their neighbour (Levenshtein, with swaps). Only
 * the first 64 letters count, because `word` is untrusted.
 */
function editsBetween(word: string, candidate: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: candidate.length + 1 }, (_, i) => i);
  for (let i = 0; i < Math.min(word.length, 64); i++) {
    const next = [i + 1];
    for (let j = 0; j < candidate.length; j++) {
      const replaced = row[j]! + (word[i] === candidate[j] ? 0 : 1);
      const isSwap = i > 0 && j > 0 && word[i] === candidate[j - 1] && word[i - 1] === candidate[j];
      const swapped = isSwap ? before[j - 1]! + 1 : replaced;
      next.push(Math.min(replaced, swapped, row[j + 1]! + 1, next[j]! + 1));
    }
    before = row;
    row = next;
  }
  return row[candidate.length]!;
}
