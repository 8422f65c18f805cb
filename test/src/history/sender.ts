// A client that sends: single messages and batches, one request at a time.

import { setTimeout as pause } from 'node:timers/promises';
import type { LoggedIn } from '../support/client.js';
import type { Addressed, Ending } from './log.js';
import type { Mailbox } from './mailboxes.js';
import { payloadOf } from './payloads.js';
import type { Choose } from './random.js';
import { type Request, request } from './request.js';
import type { Scene } from './scene.js';

interface Outgoing extends Addressed {
  readonly channelId: string;
  readonly bytes: number;
}

/** What a client sends in one request, and again when it does not hear what became of it. */
interface Sending {
  readonly messages: readonly Outgoing[];
  readonly isBatch: boolean;
  /** Each message has its name as the key that makes it safe to send it again. */
  readonly isKeyed: boolean;
}

const patienceMs = 2_000;
const batchMax = 12;
const triesMax = 50;
const betweenTriesMs = 20;

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

  /** Sends something new; with keys, until it is known what became of it, and at times once more than that. */
  async turn(): Promise<void> {
    const sending = this.#newSending();
    const isHasty = this.#choose(30) === 0;
    let ending = await this.#send(sending, isHasty ? 1 + this.#choose(8) : patienceMs);
    if (!sending.isKeyed || ending.is === 'failed') return;
    for (let tries = 0; isOpen(ending) && tries < triesMax; tries++) {
      await pause(betweenTriesMs);
      ending = await this.#sendAgain(sending);
    }
    if (this.#choose(20) === 0) await this.#sendAgain(sending);
  }

  #newSending(): Sending {
    const count = this.#choose(5) === 0 ? 1 + this.#choose(batchMax) : 1;
    return {
      messages: Array.from({ length: count }, () => this.#compose()),
      isBatch: count > 1 || this.#choose(10) === 0,
      isKeyed: this.#choose(4) > 0,
    };
  }

  #compose(): Outgoing {
    const { name: mailbox, channelId } = this.#mailboxes[this.#choose(this.#mailboxes.length)]!;
    const bytes = this.#choose(20) === 0 ? this.#choose(8_000) : this.#choose(300);
    return { mailbox, channelId, bytes, id: this.#scene.newId() };
  }

  #sendAgain(sending: Sending): Promise<Ending> {
    this.#scene.tally.again++;
    return this.#send(sending, patienceMs);
  }

  async #send(sending: Sending, patience: number): Promise<Ending> {
    const url = await this.#scene.server.url;
    const messages = sending.messages.map(({ mailbox, id }) => ({ mailbox, id }));
    const end = this.#scene.log.invoke({ does: 'send', messages });
    const reply = await request(url, { ...this.#requestOf(sending), token: this.#user.token, patienceMs: patience });
    const ending: Ending = reply.is === 'ok' ? { is: 'ok', answer: this.#answer(reply.body, sending.isBatch) } : reply;
    end(ending);
    this.#scene.tally.add(ending);
    return ending;
  }

  #requestOf({ messages, isBatch, isKeyed }: Sending): Pick<Request, 'path' | 'body' | 'idempotencyKey'> {
    const bodies = messages.map(({ id, channelId, bytes }) => ({ channelId, payload: payloadOf(id, bytes) }));
    if (!isBatch) return { path: 'enqueue', body: bodies[0], ...(isKeyed && { idempotencyKey: messages[0]!.id }) };
    const keyed = bodies.map((body, i) => ({ ...body, ...(isKeyed && { clientMessageId: messages[i]!.id }) }));
    return { path: 'batch-enqueue', body: { messages: keyed } };
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

/** Whether it is still not known what became of what was sent: nobody listening says nothing of an earlier attempt. */
function isOpen(ending: Ending): boolean {
  return ending.is === 'unknown' || (ending.is === 'failed' && ending.why === 'ECONNREFUSED');
}
