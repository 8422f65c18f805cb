// A client that sends: single messages and batches, one request at a time.

import type { LoggedIn } from '../server/client.js';
import type { Addressed, Ending } from './log.js';
import type { Mailbox } from './mailboxes.js';
import { payloadOf } from './payloads.js';
import type { Choose } from './random.js';
import { type Reply, request } from './request.js';
import type { Scene } from './scene.js';

interface Outgoing extends Addressed {
  readonly channelId: string;
  readonly bytes: number;
}

const patienceMs = 2_000;
const batchMax = 12;

export class Sender {
  readonly #scene: Scene;
  readonly #user: LoggedIn;
  readonly #mailboxes: readonly Mailbox[];
  readonly #choose: Choose;

  constructor(scene: Scene, user: LoggedIn, choose: Choose) {
    this.#scene = scene;
    this.#user = user;
    this.#mailboxes = scene.mailboxes.filter(({ sender }) => sender === user);
    this.#choose = choose;
  }

  /** Sends something new. */
  async turn(): Promise<void> {
    const count = this.#choose(5) === 0 ? 1 + this.#choose(batchMax) : 1;
    const isBatch = count > 1 || this.#choose(10) === 0;
    await this.#send(
      Array.from({ length: count }, () => this.#compose()),
      isBatch,
    );
  }

  #compose(): Outgoing {
    const { name: mailbox, channelId } = this.#mailboxes[this.#choose(this.#mailboxes.length)]!;
    const bytes = this.#choose(20) === 0 ? this.#choose(8_000) : this.#choose(300);
    return { mailbox, channelId, bytes, id: this.#scene.newId() };
  }

  async #send(messages: readonly Outgoing[], isBatch: boolean): Promise<Ending> {
    const url = await this.#scene.server.url;
    const end = this.#scene.log.invoke({
      does: 'send',
      messages: messages.map(({ mailbox, id }) => ({ mailbox, id })),
    });
    const reply = await this.#request(url, messages, isBatch);
    const ending: Ending = reply.is === 'ok' ? { is: 'ok', answer: this.#answer(reply.body, isBatch) } : reply;
    end(ending);
    this.#scene.tally.add(ending);
    return ending;
  }

  #request(url: string, messages: readonly Outgoing[], isBatch: boolean): Promise<Reply> {
    const bodies = messages.map(({ id, channelId, bytes }) => ({ channelId, payload: payloadOf(id, bytes) }));
    const { token } = this.#user;
    if (isBatch) return request(url, { path: 'batch-enqueue', body: { messages: bodies }, token, patienceMs });
    return request(url, { path: 'enqueue', body: bodies[0], token, patienceMs });
  }

  // biome-ignore lint/suspicious/noExplicitAny: as the routes answer
  #answer(body: any, isBatch: boolean) {
    if (!isBatch) return { to: 'send', seqs: [BigInt(body.seq)] } as const;
    // biome-ignore lint/suspicious/noExplicitAny: as the route answers
    const seqs = body.results.map(({ status, seq, problem }: any) => {
      if (status === 'stored') return BigInt(seq);
      this.#scene.tally.refused(problem.code);
      return undefined;
    });
    return { to: 'send', seqs } as const;
  }
}
