// Which part of a plugin's messages had no verdict, over the last seconds. It has no clock: its caller passes the times.

/** Messages of a plugin since the host started. */
export interface Totals {
  readonly decisions: number;
  /** Those without a verdict, whatever the cause. */
  readonly withoutVerdict: number;
  /** Those that found it absent, late or crashed, where its policy for that is not `continue`. */
  readonly unanswered: number;
}

interface Sample extends Totals {
  readonly at: number;
}

/** How far back the shares reach, in ms; sampled once a second, that takes ten samples. */
const windowMs = 10_000;
/** Fewer decisions tell nothing. */
const leastDecisions = 20;
const mostWithoutVerdict = 0.05;

export class VerdictShares {
  #before: Totals;
  /** What each second has added. */
  #samples: readonly Sample[] = [];
  #isUnanswered = false;

  constructor(totals: Totals) {
    this.#before = totals;
  }

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

  /** Takes the totals of the moment `now`, in ms. */
  sample(totals: Totals, now: number): void {
    const added = difference(totals, this.#before);
    this.#before = totals;
    this.#samples = [...this.#samples, { at: now, ...added }].filter(({ at }) => now - at < windowMs);
    const { decisions, unanswered } = this.#sum;
    this.#isUnanswered = isTooMuch(unanswered, decisions) || (this.#isUnanswered && unanswered > 0);
  }

  get #sum(): Totals {
    const sumOf = (key: keyof Totals) => this.#samples.reduce((sum, sample) => sum + sample[key], 0);
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

function difference(now: Totals, before: Totals): Totals {
  return {
    decisions: now.decisions - before.decisions,
    withoutVerdict: now.withoutVerdict - before.withoutVerdict,
    unanswered: now.unanswered - before.unanswered,
  };
}
