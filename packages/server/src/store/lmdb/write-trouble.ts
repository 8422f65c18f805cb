// Whether the store can write: reported when that changes, and not for every write that fails.

import type { StoreError } from '../store-error.js';

/** Without a failure for so long, in ms, the trouble is over: on an almost full disk small writes still succeed. */
const calmMs = 10_000;

export interface TroubleReports {
  /** Called with a sentence for the log when writes begin to fail, or fail for another reason. */
  readonly onTrouble: (sentence: string) => void;
  /** Called with a sentence for the log when they succeed again. */
  readonly onNote: (sentence: string) => void;
}

const outlook: Readonly<Partial<Record<StoreError['failure'], string>>> = {
  full: 'nothing is stored until there is room; what is stored can be read',
  unavailable: 'nothing is stored until that is mended; what is stored can be read',
};

export class WriteTrouble {
  readonly #reports: TroubleReports;
  #failure: StoreError['failure'] | undefined;
  #failed = 0;
  /** When a write last failed, in ms of the monotonic clock. */
  #failedAt = 0;

  constructor(reports: TroubleReports) {
    this.#reports = reports;
  }

  /** Reports the first failure of its kind, and marks each as reported. */
  failed(error: StoreError, now = performance.now()): void {
    const words = outlook[error.failure];
    if (words === undefined) return;
    error.isReported = true;
    this.#failed += 1;
    this.#failedAt = now;
    if (error.failure === this.#failure) return;
    this.#failure = error.failure;
    this.#reports.onTrouble(`${error.message}: ${words}`);
  }

  wrote(now = performance.now()): void {
    if (this.#failure === undefined || now - this.#failedAt < calmMs) return;
    const what = this.#failure === 'full' ? 'there is room for the store again' : 'the store can write again';
    this.#reports.onNote(`${what}; writes that failed meanwhile: ${this.#failed}`);
    this.#failure = undefined;
    this.#failed = 0;
  }
}
