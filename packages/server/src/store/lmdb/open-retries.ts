// The keys of messages that may be sent again, while the messages are on their way into the store.

import { invariant } from '@gatehouse/support/invariant';

export interface OpenRetry {
  readonly key: Buffer;
  readonly name: string;
  /** Another message on its way had the key first, and may be stored before this one. */
  readonly isSecond: boolean;
}

export class OpenRetries {
  readonly #counts = new Map<string, number>();

  open(key: Buffer): OpenRetry {
    const name = key.toString('latin1');
    const count = this.#counts.get(name) ?? 0;
    this.#counts.set(name, count + 1);
    return { key, name, isSecond: count > 0 };
  }

  /** Its message is stored, or will not be. */
  close({ name }: OpenRetry): void {
    const count = this.#counts.get(name);
    invariant(count !== undefined, 'only a key that is open is closed');
    if (count > 1) this.#counts.set(name, count - 1);
    else this.#counts.delete(name);
  }
}
