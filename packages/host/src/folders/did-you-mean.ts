// The known word that a mistyped one most likely stands for.

/** `, did you mean "threads"?` when a known word is near, else nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = known
    .map((candidate) => ({ candidate, edits: editsBetween(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.edits - b.edits)[0];
  return near === undefined ? '' : `, did you mean "${near.candidate}"?`;
}

/** How many letters to insert, drop or replace (Levenshtein). Looks at the first 64 letters, as `word` is anybody's. */
function editsBetween(word: string, candidate: string): number {
  let row = Array.from({ length: candidate.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...word.slice(0, 64)].entries()) {
    const next = [i + 1];
    for (let j = 0; j < candidate.length; j++) {
      const replaced = row[j]! + (letter === candidate[j] ? 0 : 1);
      next.push(Math.min(replaced, row[j + 1]! + 1, next[j]! + 1));
    }
    row = next;
  }
  return row[candidate.length]!;
}
