// The runner of a plugin: created when the first session needs it, and again if sessions could not be opened in it.

import type { SessionRunner } from './session-runner.js';

export class RenewedRunner {
  readonly #create: () => SessionRunner;
  /** Called with the error that kept one from ending cleanly. */
  readonly #onUnclean: (error: unknown) => void;
  #current: SessionRunner | undefined;
  /** Replaced runners that still have live sessions. */
  #old: readonly SessionRunner[] = [];
  /** The ends of the runners that are being destroyed. */
  readonly #ending = new Set<Promise<void>>();

  constructor(create: () => SessionRunner, onUnclean: (error: unknown) => void) {
    this.#create = create;
    this.#onUnclean = onUnclean;
  }

  /** The runner for the next session. @throws if it cannot be created now */
  get current(): SessionRunner {
    this.#current ??= this.#create();
    return this.#current;
  }

  /** Makes the next session use a new runner. Destroys the old ones that are no longer in use. */
  renew(inUse: ReadonlySet<SessionRunner>): void {
    const all = this.#all;
    this.#current = undefined;
    this.#old = all.filter((one) => inUse.has(one));
    for (const one of all) if (!inUse.has(one)) this.#end(one);
  }

  /** Refuses further sessions. */
  retire(): void {
    for (const one of this.#all) one.retire();
  }

  /** Destroys all of them. Resolves when they are gone or were given up. */
  async destroy(): Promise<void> {
    for (const one of this.#all) this.#end(one);
    await Promise.all(this.#ending);
  }

  get #all(): readonly SessionRunner[] {
    return this.#current === undefined ? this.#old : [...this.#old, this.#current];
  }

  #end(runner: SessionRunner): void {
    const end = runner.destroy().catch(this.#onUnclean);
    this.#ending.add(end);
    end.then(() => this.#ending.delete(end));
  }
}
