// What came of the requests of a load, for those who watch it or wait for it.

import type { Ending } from './log.js';

interface Waiting {
  readonly atLeast: number;
  readonly of: 'stored' | 'failed';
  readonly resolve: () => void;
}

export class Tally {
  /** Messages acknowledged as stored. */
  stored = 0;
  /** Requests that the server, or its absence, refused. */
  failed = 0;
  /** Requests whose outcome nobody knows. */
  unknown = 0;
  /** Sendings that were sent again, with the keys of the first time. */
  again = 0;
  readonly #reasons = new Map<string, number>();
  #waiting: Waiting[] = [];

  add(ending: Ending): void {
    if (ending.is === 'ok') this.stored += ending.answer.to === 'send' ? ending.answer.seqs.filter(Boolean).length : 0;
    else {
      this[ending.is]++;
      if (ending.is === 'failed') this.refused(ending.why);
    }
    this.#waiting = this.#waiting.filter(({ atLeast, of, resolve }) => this[of] < atLeast || resolve());
  }

  /** A request, or one message of a batch, was refused. */
  refused(why: string): void {
    this.#reasons.set(why, (this.#reasons.get(why) ?? 0) + 1);
  }

  get reasons(): readonly string[] {
    return [...this.#reasons.keys()];
  }

  /** Resolves when so many more are stored, or have failed. Rejects when that takes too long. */
  more(count: number, of: Waiting['of'] = 'stored'): Promise<void> {
    return new Promise((resolve, reject) => {
      const tooLate = () => reject(new Error(`within ${patienceMs / 1000} s there were not ${count} more ${of}`));
      const bound = setTimeout(tooLate, patienceMs);
      const done = () => {
        clearTimeout(bound);
        resolve();
      };
      this.#waiting.push({ atLeast: this[of] + count, of, resolve: done });
    });
  }
}

const patienceMs = 120_000;
