// Reports the guesses that the limit refuses, to plugins and the log, without flooding them.

import { ReportLimit } from '@gatehouse/support/report-limit';
import type { BaseLogger } from 'pino';
import type { GuessLimits } from './guess-limits.js';

/** The step that was refused. The first step of a registration is as good for a guess as that of a login. */
export type GuessStep = 'login' | 'registration';

export interface Guess {
  readonly step: GuessStep;
  readonly username: string;
  readonly address: string;
}

/** Reports per second, over all accounts. Each account has at most one. */
const reportsMax = 10;
const reason = 'too many attempts';

export class RefusedGuesses {
  readonly #limit: ReportLimit;
  readonly #log: Pick<BaseLogger, 'warn'>;
  readonly #loginRefused: (username: string, reason: string) => void;

  /** `loginRefused` is called for each refused login that is reported. */
  constructor(log: Pick<BaseLogger, 'warn'>, loginRefused: (username: string, reason: string) => void) {
    this.#log = log;
    this.#loginRefused = loginRefused;
    this.#limit = new ReportLimit(reportsMax, (leftOut) => log.warn({ leftOut }, `more guesses refused: ${reason}`));
  }

  /** Begins a guess, and reports it if it is refused. @throws Problem RATE_LIMITED */
  begin(guesses: Pick<GuessLimits, 'begin'>, guess: Guess): void {
    try {
      guesses.begin(guess.username, guess.address);
    } catch (error) {
      this.#refused(guess);
      throw error;
    }
  }

  close(): void {
    this.#limit.close();
  }

  #refused({ step, username, address }: Guess): void {
    const leftOut = this.#limit.admit([username]);
    if (leftOut === undefined) return;
    this.#log.warn({ username, address, ...(leftOut > 0 && { leftOut }) }, `${step} refused: ${reason}`);
    if (step === 'login') this.#loginRefused(username, reason);
  }
}
