// The simplest mailbox: a list in memory. Whatever a store does has to look as if it were one.

interface Kept {
  readonly seq: bigint;
  readonly text: string;
  readonly expiresAt: number;
}

export class SimpleMailbox {
  cursor = 0n;
  /** The last number that was given. */
  last = 0n;
  readonly #messages: Kept[] = [];

  store(message: Kept): void {
    this.#messages.push(message);
  }

  acknowledge(upTo: bigint): void {
    const seq = upTo < this.last ? upTo : this.last;
    if (seq > this.cursor) this.cursor = seq;
  }

  /** The messages that are fetched. */
  shown(now: number): readonly Kept[] {
    return this.#messages.filter(({ seq, expiresAt }) => seq > this.cursor && expiresAt > now);
  }
}
