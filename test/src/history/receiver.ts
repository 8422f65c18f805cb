// The client that a mailbox belongs to: it fetches, and acknowledges nothing but what it has fetched.

import type { Delivered, Ending } from './log.js';
import type { Mailbox } from './mailboxes.js';
import { idOf } from './payloads.js';
import type { Choose } from './random.js';
import { type Reply, request } from './request.js';
import type { Scene } from './scene.js';

const patienceMs = 2_000;
const waitMs = 100;
const limitMax = 1_000;

export class Receiver {
  /** Keeps it from acknowledging, so that the store grows. */
  hoards = false;
  readonly #scene: Scene;
  readonly #mailbox: Mailbox;
  readonly #choose: Choose;
  /** All up to it have been fetched. */
  #cursor = 0n;

  constructor(scene: Scene, mailbox: Mailbox, choose: Choose) {
    this.#scene = scene;
    this.#mailbox = mailbox;
    this.#choose = choose;
  }

  async turn(): Promise<void> {
    // Now and then from the beginning, where what was acknowledged must not be any more.
    const after = this.#choose(4) === 0 ? 0n : this.#cursor;
    await this.#fetch(after, 1 + this.#choose(100), this.#choose(2) === 0);
    if (!this.hoards && this.#choose(2) === 0) await this.#acknowledge();
  }

  /** Fetches all there is, from the beginning, and acknowledges it. Nobody must be sending. @throws when it cannot */
  async drain(): Promise<void> {
    this.#cursor = 0n;
    for (;;) {
      const came = await this.#fetch(this.#cursor, limitMax, false);
      if (came === undefined) throw new Error(`what is in the mailbox ${this.#mailbox.name} could not be fetched`);
      if (came.length < limitMax) break;
    }
    if (!(await this.#acknowledge())) throw new Error(`the mailbox ${this.#mailbox.name} could not be acknowledged`);
  }

  async #fetch(after: bigint, limit: number, waits: boolean): Promise<readonly Delivered[] | undefined> {
    const { name: mailbox, channelId } = this.#mailbox;
    const url = await this.#scene.server.url;
    const end = this.#scene.log.invoke({ does: 'fetch', mailbox, after, limit });
    const body = { channelId, after: after.toString(), limit, ...(waits && { timeoutMs: waitMs }) };
    const reply = await this.#request(url, waits ? 'fetch-wait' : 'fetch', body);
    if (reply.is !== 'ok') return void this.#ended(end, reply);
    const messages: Delivered[] = reply.body.messages.map(({ seq, payload }: { seq: string; payload: string }) => {
      return { seq: BigInt(seq), id: idOf(payload) };
    });
    this.#ended(end, { is: 'ok', answer: { to: 'fetch', messages } });
    const last = messages.at(-1)?.seq ?? 0n;
    if (last > this.#cursor) this.#cursor = last;
    return messages;
  }

  /** Whether it did. */
  async #acknowledge(): Promise<boolean> {
    const { name: mailbox, channelId } = this.#mailbox;
    const url = await this.#scene.server.url;
    const upTo = this.#cursor;
    const end = this.#scene.log.invoke({ does: 'ack', mailbox, upTo });
    const reply = await this.#request(url, 'ack', { channelId, upTo: upTo.toString() });
    this.#ended(end, reply.is === 'ok' ? { is: 'ok', answer: { to: 'ack' } } : reply);
    return reply.is === 'ok';
  }

  #request(url: string, path: string, body: object): Promise<Reply> {
    return request(url, { path, body, token: this.#mailbox.recipient.token, patienceMs });
  }

  #ended(end: (ending: Ending) => void, ending: Ending): void {
    end(ending);
    this.#scene.tally.add(ending);
  }
}
