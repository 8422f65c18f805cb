// The order in which batches are written: that of the calls, however long each takes to be decided.

const done = Promise.resolve();

/** Called after a decision. Neither may throw. */
export interface Following<T> {
  readonly decided: (decision: T) => void;
  /** Nothing was decided. */
  readonly failed: (error: unknown) => void;
}

export class Turns {
  /** The turn of the latest batch that is still being decided. */
  #last: Promise<void> | undefined;

  /**
   * Decides, and goes on with what follows: at once, if the decision is and no earlier batch is still being decided.
   * Resolves when it has gone on. Never rejects.
   */
  take<T>(decide: () => T | Promise<T>, following: Following<T>): Promise<void> {
    const decision = attempt(decide);
    if (this.#last === undefined && !(decision instanceof Promise)) {
      following.decided(decision);
      return done;
    }
    const turn = inTurn(this.#last, decision, following).then(() => {
      if (this.#last === turn) this.#last = undefined;
    });
    this.#last = turn;
    return turn;
  }
}

function attempt<T>(decide: () => T | Promise<T>): T | Promise<T> {
  try {
    return decide();
  } catch (error) {
    return Promise.reject(error);
  }
}

async function inTurn<T>(
  before: Promise<void> | undefined,
  decision: T | Promise<T>,
  { decided, failed }: Following<T>,
): Promise<void> {
  const [outcome] = await Promise.allSettled([decision, before]);
  if (outcome.status === 'fulfilled') decided(outcome.value as T);
  else failed(outcome.reason);
}
