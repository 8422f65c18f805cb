// What was measured, under the names of the JSON file.

export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the value is compared with, in the same unit and from the same run. */
  readonly baseline?: number;
  /** The comparison: the value over the baseline, or for `n times faster than` the other way round. */
  readonly ratio?: number;
}

/** `over`: how much of the baseline the value is. `under`: how many times the value goes into the baseline. */
export type Comparison = { readonly over: number } | { readonly under: number };

export class Results {
  readonly #byName = new Map<string, Result>();

  get list(): readonly Result[] {
    return [...this.#byName.values()];
  }

  get(name: string): Result | undefined {
    return this.#byName.get(name);
  }

  add(name: string, value: number, unit: string, comparison?: Comparison): void {
    this.#byName.set(name, { name, value: rounded(value), unit, ...(comparison && compared(value, comparison)) });
  }
}

function compared(value: number, comparison: Comparison): Pick<Required<Result>, 'baseline' | 'ratio'> {
  if ('over' in comparison) return { baseline: rounded(comparison.over), ratio: rounded(value / comparison.over) };
  return { baseline: rounded(comparison.under), ratio: rounded(comparison.under / value) };
}

/** Four digits are more than any of this is worth. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
