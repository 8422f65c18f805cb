// The loop over a mailbox, and its acknowledgements, which do not delay it.

import type { Message } from './message.js';
import type { CallOptions } from './requests.js';

export interface ReceiveOptions extends CallOptions {
  /** Messages fetched at a time. Default: 100. */
  readonly limit?: number;
  /** Longest wait of one request; the loop continues after it. Default: 25 s. */
  readonly waitMs?: number;
}

/** The part of a channel that the loop needs. */
interface Mailbox {
  fetch(range: ReceiveOptions & { readonly after: bigint }): Promise<readonly Message[]>;
  acknowledge(upTo: bigint): Promise<unknown>;
}

export async function* receive(
  mailbox: Mailbox,
  { signal, limit, waitMs = 25_000 }: ReceiveOptions,
): AsyncGenerator<Message, never, undefined> {
  const handled = new Handled((upTo) => mailbox.acknowledge(upTo));
  const range = { ...(limit !== undefined && { limit }), ...(signal && { signal }) };
  let after = 0n;
  try {
    for (;;) {
      for (const message of await mailbox.fetch({ ...range, waitMs, after })) {
        signal?.throwIfAborted();
        yield message;
        after = message.seq;
        handled.upTo(after);
      }
      await handled.acknowledged();
    }
  } finally {
    await handled.acknowledged();
  }
}

/**
 * Acknowledges handled messages. One request is under way at a time; messages handled meanwhile go with the next one,
 * so that a fast loop does not send a request for every message.
 */
class Handled {
  readonly #acknowledge: (upTo: bigint) => Promise<unknown>;
  #newest = 0n;
  #sent = 0n;
  #sending: Promise<void> | undefined;

  constructor(acknowledge: (upTo: bigint) => Promise<unknown>) {
    this.#acknowledge = acknowledge;
  }

  upTo(seq: bigint): void {
    this.#newest = seq;
    this.#sending ??= this.#send();
    // `acknowledged` reports the failure.
    this.#sending.catch(() => {});
  }

  /** Resolves once all handled messages are acknowledged. */
  async acknowledged(): Promise<void> {
    await this.#sending;
  }

  async #send(): Promise<void> {
    while (this.#sent < this.#newest) {
      const upTo = this.#newest;
      await this.#acknowledge(upTo);
      this.#sent = upTo;
    }
    this.#sending = undefined;
  }
}
