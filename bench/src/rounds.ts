// Interleaved rounds: everything that is compared takes its turn in each round, so that a slow minute of the machine
// falls on all of it.

/** Runs every contender once per round, each round beginning with another one; the outcomes by contender. */
export async function interleaved<K extends string, R>(
  contenders: readonly K[],
  rounds: number,
  run: (contender: K, round: number) => Promise<R>,
): Promise<Record<K, R[]>> {
  const outcomes = Object.fromEntries(contenders.map((contender) => [contender, [] as R[]])) as Record<K, R[]>;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < contenders.length; i++) {
      const contender = contenders[(i + round) % contenders.length]!;
      outcomes[contender].push(await run(contender, round));
    }
  }
  return outcomes;
}
