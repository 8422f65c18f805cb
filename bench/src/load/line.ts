// One direction of a channel: what its sender was told is stored, and what its recipient got.

import type { Channel } from '@gatehouse/client';

const waitMs = 500;

/** Of payloads; most messages are short. */
const sizes = [64, 128, 128, 256, 512, 4096];

/** Over all lines and runs: what comes late from an earlier run is taken for nothing of this one. */
let sent = 0;

export class Line {
  readonly #inbox: Channel;
  readonly #stored = new Set<number>();
  readonly #received = new Set<number>();
  #twice = 0;

  /** @param inbox the channel as the recipient sees it */
  constructor(inbox: Channel) {
    this.#inbox = inbox;
  }

  /** @param outbox the channel as the sender sees it */
  async send(outbox: Channel): Promise<void> {
    const number = sent++;
    const payload = Buffer.alloc(sizes[number % sizes.length]!);
    payload.writeUInt32BE(number);
    await outbox.send(payload);
    this.#stored.add(number);
  }

  /** Takes what comes, and what is there once the senders have ended. */
  async receive(areSending: () => boolean): Promise<void> {
    for (;;) {
      const wasLast = !areSending();
      const messages = await this.#inbox.fetch({ waitMs: wasLast ? 0 : waitMs });
      for (const { payload } of messages) this.#take(Buffer.from(payload).readUInt32BE());
      if (messages.length > 0) await this.#inbox.acknowledge(messages.at(-1)!.seq);
      else if (wasLast) return;
    }
  }

  get stored(): number {
    return this.#stored.size;
  }

  get twice(): number {
    return this.#twice;
  }

  /** Meaningful once `receive` has ended. */
  get lost(): number {
    return [...this.#stored].filter((number) => !this.#received.has(number)).length;
  }

  #take(number: number): void {
    if (this.#received.has(number)) this.#twice++;
    this.#received.add(number);
  }
}
