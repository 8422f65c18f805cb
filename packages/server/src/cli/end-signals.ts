// The signals that ask the server to end.

import type { Logger } from 'pino';

const names = ['SIGINT', 'SIGTERM'] as const;

/** Time in which a signal of one name counts once, in ms: npm forwards a Ctrl-C that the terminal sends to both. */
const sameMs = 500;

export class EndSignals {
  /** Resolves at the first signal. */
  readonly asked: Promise<void>;
  #act: () => void = () => {};
  #last: { readonly name: string; readonly at: number } | undefined;

  /** `atOnce` is called by every signal after the first, unless `next` has been told otherwise. */
  constructor(logger: Logger, atOnce: () => void) {
    this.asked = new Promise((resolve) => {
      this.#act = () => {
        this.#act = atOnce;
        resolve();
      };
    });
    for (const name of names) {
      process.on(name, () => {
        if (this.#isRepeated(name)) return;
        logger.info(`asked to end by ${name}`);
        this.#act();
      });
    }
  }

  /** Resolves at the next signal, or after `ms`. */
  next(ms: number): Promise<void> {
    const atOnce = this.#act;
    return new Promise((resolve) => {
      const over = () => {
        clearTimeout(timer);
        this.#act = atOnce;
        resolve();
      };
      const timer = setTimeout(over, ms);
      this.#act = over;
    });
  }

  #isRepeated(name: string): boolean {
    const at = performance.now();
    const isRepeated = this.#last?.name === name && at - this.#last.at < sameMs;
    if (!isRepeated) this.#last = { name, at };
    return isRepeated;
  }
}
