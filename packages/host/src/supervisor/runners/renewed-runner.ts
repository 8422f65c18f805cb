// The runner of a plugin: made when the first session needs it, and anew where sessions could not be opened in it.

import type { SessionRunner } from './session-runner.js';

export class RenewedRunner {
  readonly #create: () => SessionRunner;
  /** Called with what kept one from ending cleanly. */
  readonly #onUnclean: (error: unknown) => void;
  #current: SessionRunner | undefined;
  /** Renewed, and still with sessions that live. */
  #old: readonly SessionRunner[] = [];
  /** The ends of those that are on their way out. */
  readonly #ending = new Set<Promise<void>>();

  constructor(create: () => SessionRunner, onUnclean: (error: unknown) => void) {
    this.#create = create;
    this.#onUnclean = onUnclean;
  }

  /** What the next session lives in. @throws when it cannot be made now */
  get current(): SessionRunner {
    this.#current ??= this.#create();
    return this.#current;
  }

  /** Has the next session live in another one. Of the old ones those are ended that are not in use any more. */
  renew(inUse: ReadonlySet<SessionRunner>): void {
    const all = this.#all;
    this.#current = undefined;
    this.#old = all.filter((one) => inUse.has(one));
    for (const one of all) if (!inUse.has(one)) this.#end(one);
  }

  /** No session is to come any more. */
  retire(): void {
    for (const one of this.#all) one.retire();
  }

  /** Ends whatever lives in any of them. Resolves when it is gone, or was given up. */
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
