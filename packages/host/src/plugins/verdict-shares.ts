// Which part of a plugin's messages had no verdict, over the last seconds. It has no clock: its caller passes the times.

/** Messages of a plugin in some time. */
export interface Decided {
  readonly decisions: number;
  /** Those without a verdict, whatever the cause. */
  readonly withoutVerdict: number;
  /** Those that found it absent, late or crashed, where its policy for that is not `continue`. */
  readonly unanswered: number;
}

interface Sample extends Decided {
  readonly at: number;
}

/** How far back the shares reach, in ms; sampled once a second, that takes ten samples. */
const windowMs = 10_000;
/** Fewer decisions tell nothing. */
const leastDecisions = 20;
const mostWithoutVerdict = 0.05;

export class VerdictShares {
  /** What each second has added. */
  #samples: readonly Sample[] = [];
  #isUnanswered = false;

  /** The share of messages without a verdict where that is too much, in per cent. */
  get degradedPercent(): number | undefined {
    const { decisions, withoutVerdict } = this.#sum;
    return isTooMuch(withoutVerdict, decisions) ? Math.round((100 * withoutVerdict) / decisions) : undefined;
  }

  /**
   * Too many messages found the plugin absent, late or crashed, and no whole window without any has passed since. A
   * window without messages is one: a server that was taken out of service gets none.
   */
  get isUnanswered(): boolean {
    return this.#isUnanswered;
  }

  /** Takes what has been decided since the last time; `now` is in ms. */
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
