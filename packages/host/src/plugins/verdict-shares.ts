// The share of a plugin's messages without a verdict, over the last seconds. Has no clock: the caller passes the times.

/** Numbers of a plugin's messages in some period. */
export interface Decided {
  readonly decisions: number;
  /** Those without a verdict, whatever the cause. */
  readonly withoutVerdict: number;
  /** Those that found it absent, timed out or crashed, if its policy for that is not `continue`. */
  readonly unanswered: number;
}

interface Sample extends Decided {
  readonly at: number;
}

/** The period of the shares, in ms: ten samples, at one a second. */
const windowMs = 10_000;
/** Fewer decisions are not significant. */
const leastDecisions = 20;
const mostWithoutVerdict = 0.05;

export class VerdictShares {
  /** The numbers that each second added. */
  #samples: readonly Sample[] = [];
  #isUnanswered = false;

  /** The share of messages without a verdict, in per cent; undefined if it is acceptable. */
  get degradedPercent(): number | undefined {
    const { decisions, withoutVerdict } = this.#sum;
    return isTooMuch(withoutVerdict, decisions) ? Math.round((100 * withoutVerdict) / decisions) : undefined;
  }

  /**
   * Whether too many messages found the plugin absent, timed out or crashed, and no whole window without any has passed
   * since. A window without messages counts, because a server that was taken out of service gets none.
   */
  get isUnanswered(): boolean {
    return this.#isUnanswered;
  }

  /** Adds the decisions since the last call; `now` is in ms. */
  add(decided: Decided, now: number): void {
    this.#samples = [...this.#samples, { at: now, ...decided }].filter(({ at }) => now - at < windowMs);
    const { decisions, unanswered } = this.#sum;
    this.#isUnanswered = isTooMuch(unanswered, decisions) || (this.#isUnanswered && unanswered > 0);
  }

  get #sum(): Decided {
    const sumOf = (key: keyof Decided) => this.#samples.reduce((sum, sample) => sum + sample[key], 0);
    return {
      decisions: sumOf('decisions'),
      withoutVerdict: sumOf('withoutVerdict'),
      unanswered: sumOf('unanswered'),
    };
  }
}

function isTooMuch(part: number, decisions: number): boolean {
  return decisions >= leastDecisions && part > mostWithoutVerdict * decisions;
}
