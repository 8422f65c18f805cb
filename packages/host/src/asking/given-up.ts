// Events that are given up by a signal. One listener for each signal, however many events it is for.

export class GivenUp<T extends { readonly signal: AbortSignal | undefined }> {
  readonly #events = new Map<AbortSignal, Set<T>>();
  readonly #giveUp: (events: readonly T[], reason: unknown) => void;
  readonly #onAbort = ({ target }: Event) => {
    const signal = target as AbortSignal;
    this.#giveUp([...(this.#events.get(signal) ?? [])], signal.reason);
  };

  /** `giveUp` gets the events of a signal that was aborted, and its reason. */
  constructor(giveUp: (events: readonly T[], reason: unknown) => void) {
    this.#giveUp = giveUp;
  }

  add(event: T): void {
    const { signal } = event;
    if (signal === undefined) return;
    const events = this.#events.get(signal);
    if (events !== undefined) events.add(event);
    else {
      this.#events.set(signal, new Set([event]));
      signal.addEventListener('abort', this.#onAbort);
    }
  }

  delete(event: T): void {
    const { signal } = event;
    const events = signal && this.#events.get(signal);
    if (!events?.delete(event) || events.size > 0) return;
    this.#events.delete(signal!);
    signal!.removeEventListener('abort', this.#onAbort);
  }
}
