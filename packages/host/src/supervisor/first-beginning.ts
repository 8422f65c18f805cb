// The beginning of the first supervisor: it comes, or none will, and then its host cannot serve.

import { LateError, within } from '@gatehouse/support/deadline';
import { GatehouseError, messageOf } from '../contract/errors.js';
import { adviceFor, type FailedStart, isForGood } from './start-advice.js';

/** The longest wait for it, in ms: attempts without descriptors go on for longer. */
const waitMs = 60_000;

export class FirstBeginning {
  readonly #promise: Promise<void>;
  readonly #circumstances: (cause: string) => FailedStart;
  #came!: () => void;
  #failed!: (error: Error) => void;
  /** The last reason why an attempt failed. */
  #cause = '';
  #isOver = false;

  constructor(circumstances: (cause: string) => FailedStart) {
    this.#circumstances = circumstances;
    this.#promise = new Promise((came, failed) => {
      this.#came = came;
      this.#failed = failed;
    });
    // Whoever waits for it handles the failure.
    this.#promise.catch(() => {});
  }

  came(): void {
    this.#isOver = true;
    this.#came();
  }

  /** An attempt has failed. Returns whether any other would too. */
  failed(cause: string): boolean {
    this.#cause = cause;
    return !this.#isOver && isForGood(this.#circumstances(cause));
  }

  /** No more attempts are made. */
  givenUp(): void {
    this.#isOver = true;
    this.#failed(new Error(this.#cause));
  }

  /** Resolves once it has come. @throws GatehouseError SUPERVISOR_LOST with what to do */
  async wait(): Promise<void> {
    await within(waitMs, this.#promise, `not within ${waitMs / 1000} s`).catch((error: unknown) => {
      const isLate = error instanceof LateError && this.#cause !== '';
      const cause = isLate ? this.#cause : messageOf(error);
      const words = `no plugin can run, because the supervisor's thread cannot start: ${cause}`;
      const advice = adviceFor(this.#circumstances(cause));
      throw new GatehouseError('SUPERVISOR_LOST', `${words}. What to do: ${advice}`);
    });
  }
}
