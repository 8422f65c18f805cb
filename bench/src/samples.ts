// Series of measured times, and the figures that are told of them.

export interface Summary {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly mean: number;
}

/** Room for one round's times; what comes after that is not kept. */
const room = 1 << 19;

export class Samples {
  readonly #values = new Float64Array(room);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === room;
  }

  add(value: number): void {
    this.#values[this.#count++] = value;
  }

  clear(): void {
    this.#count = 0;
  }

  summary(): Summary {
    const sorted = this.#values.slice(0, this.#count).sort();
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
    return { p50: at(0.5), p99: at(0.99), p999: at(0.999), mean };
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The median of each figure over the rounds. */
export function medianSummary(rounds: readonly Summary[]): Summary {
  const of = (figure: keyof Summary) => median(rounds.map((round) => round[figure]));
  return { p50: of('p50'), p99: of('p99'), p999: of('p999'), mean: of('mean') };
}
