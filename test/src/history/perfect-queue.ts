// A queue that does nothing wrong, and clients that use it all at once: makes logs that the checker must find sound.

import type { Addressed, Answer, Call, Delivered, Ending } from './log.js';
import { Log } from './log.js';
import type { Choose } from './random.js';

interface Pending {
  readonly call: Call;
  readonly end: (ending: Ending) => void;
  /** Set once it has been done. */
  answer?: Answer;
}

const mailboxes = ['a', 'b'];
const clients = 4;
const limit = 3;

export class PerfectQueue {
  readonly log = new Log();
  readonly #choose: Choose;
  readonly #stored = new Map<string, Delivered[]>(mailboxes.map((mailbox) => [mailbox, []]));
  readonly #last = new Map<string, bigint>();
  /** The numbers of messages: an attempt that comes again gets the same. */
  readonly #seqs = new Map<string, bigint>();
  readonly #cursors = new Map<string, bigint>();
  readonly #pending: (Pending | undefined)[] = Array(clients).fill(undefined);
  /** Of calls whose client has given up: they may still be done. */
  readonly #abandoned: Call[] = [];
  #named = 0;

  constructor(choose: Choose) {
    this.#choose = choose;
  }

  /** Some client begins something, or what one has begun is done, or ends. */
  step(): void {
    const client = this.#choose(clients);
    const pending = this.#pending[client];
    if (!pending) this.#pending[client] = this.#begin();
    else if (this.#choose(4) === 0) this.#giveUp(client, pending);
    else if (!pending.answer) pending.answer = this.#do(pending.call);
    else this.#finish(client, pending);
    if (this.#choose(8) === 0) this.#doAbandoned();
  }

  /** Lets everybody finish, and fetches all there is. */
  drain(): void {
    for (const [client, pending] of this.#pending.entries()) {
      if (!pending) continue;
      pending.answer ??= this.#do(pending.call);
      this.#finish(client, pending);
    }
    for (const mailbox of mailboxes) {
      this.#cursors.delete(mailbox);
      while (this.#fetchOnce(mailbox) === limit);
    }
  }

  #begin(): Pending {
    const call = this.#newCall();
    return { call, end: this.log.invoke(call) };
  }

  #newCall(): Call {
    const mailbox = mailboxes[this.#choose(mailboxes.length)]!;
    const cursor = this.#cursors.get(mailbox) ?? 0n;
    const what = this.#choose(4);
    if (what === 0) return { does: 'fetch', mailbox, after: this.#choose(2) === 0 ? 0n : cursor, limit };
    if (what === 1) return { does: 'ack', mailbox, upTo: cursor };
    const again = this.#abandoned.find(({ does }) => does === 'send');
    if (again && this.#choose(2) === 0) return again;
    return { does: 'send', messages: Array.from({ length: 1 + this.#choose(3) }, () => this.#newMessage()) };
  }

  #newMessage(): Addressed {
    return { mailbox: mailboxes[this.#choose(mailboxes.length)]!, id: `message ${this.#named++}` };
  }

  #do(call: Call): Answer {
    if (call.does === 'send') return { to: 'send', seqs: call.messages.map((message) => this.#store(message)) };
    const stored = this.#stored.get(call.mailbox)!;
    if (call.does === 'fetch') {
      return { to: 'fetch', messages: stored.filter(({ seq }) => seq > call.after).slice(0, call.limit) };
    }
    this.#stored.set(
      call.mailbox,
      stored.filter(({ seq }) => seq > call.upTo),
    );
    return { to: 'ack' };
  }

  /** One in eight is refused, and leaves a gap. */
  #store({ mailbox, id }: Addressed): bigint | undefined {
    const already = this.#seqs.get(id);
    if (already !== undefined) return already;
    const seq = (this.#last.get(mailbox) ?? 0n) + 1n;
    this.#last.set(mailbox, seq);
    if (this.#choose(8) === 0) return undefined;
    this.#seqs.set(id, seq);
    this.#stored.get(mailbox)!.push({ seq, id });
    return seq;
  }

  #finish(client: number, { call, end, answer }: Pending): void {
    end({ is: 'ok', answer: answer! });
    this.#pending[client] = undefined;
    if (call.does !== 'fetch' || answer?.to !== 'fetch') return;
    const cursor = this.#cursors.get(call.mailbox) ?? 0n;
    const last = answer.messages.at(-1)?.seq ?? 0n;
    if (call.after <= cursor && last > cursor) this.#cursors.set(call.mailbox, last);
  }

  #giveUp(client: number, { call, end, answer }: Pending): void {
    this.#pending[client] = undefined;
    if (!answer && this.#choose(2) === 0) {
      end({ is: 'failed', why: 'refused' });
      return;
    }
    if (!answer || call.does === 'send') this.#abandoned.push(call);
    end({ is: 'unknown', why: 'the connection broke' });
  }

  #doAbandoned(): void {
    const [call] = this.#abandoned.splice(this.#choose(this.#abandoned.length + 1), 1);
    if (call) this.#do(call);
  }

  #fetchOnce(mailbox: string): number {
    const call = { does: 'fetch', mailbox, after: this.#cursors.get(mailbox) ?? 0n, limit } as const;
    const answer = this.#do(call) as Answer & { to: 'fetch' };
    this.log.invoke(call)({ is: 'ok', answer });
    const last = answer.messages.at(-1);
    if (last) this.#cursors.set(mailbox, last.seq);
    return answer.messages.length;
  }
}
