// The mailboxes of the embedded store: numbers, messages, and who is told of new ones.

import type { Database, RootDatabase } from 'lmdb';
import { LmdbAdmitted } from './lmdb-admitted.js';
import { mailboxKey, mailboxName, mailboxOf, messageKey, seqOf } from './mailbox-key.js';
import { decodeMessage, encodeMessage } from './message-record.js';
import type {
  AdmittedAnswer,
  AdmittedRange,
  FetchRange,
  Mailbox,
  Message,
  NumberedMessage,
  Settlement,
} from './store.js';

const u64Max = 0xffff_ffff_ffff_ffffn;
/** Messages removed in one transaction, so that a large mailbox does not hold up the loop. */
const removedAtOnce = 1_000;

/** The last number given in a mailbox, while some of its numbers are not on disk yet. */
interface OpenCounter {
  last: bigint;
  unsettled: number;
}

export class LmdbMailboxes {
  readonly #root: RootDatabase;
  readonly #messages: Database<Buffer, Buffer>;
  readonly #counters: Database<Buffer, Buffer>;
  readonly #admitted: LmdbAdmitted;
  readonly #open = new Map<string, OpenCounter>();
  readonly #listeners = new Set<(mailbox: Mailbox) => void>();

  constructor(root: RootDatabase) {
    this.#root = root;
    this.#messages = root.openDB('messages', { encoding: 'binary', keyEncoding: 'binary' });
    this.#admitted = new LmdbAdmitted(root);
    this.#counters = root.openDB('counters', { encoding: 'binary', keyEncoding: 'binary' });
  }

  assignSeqs(mailboxes: readonly Mailbox[]): readonly bigint[] {
    return mailboxes.map((mailbox) => {
      const counter = this.#openCounter(mailbox);
      counter.unsettled += 1;
      counter.last += 1n;
      return counter.last;
    });
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    await this.#root.batch(() => {
      for (const { mailbox, seq, message } of settlements) {
        if (message) this.#put(messageKey(mailbox, seq), message);
      }
      for (const { mailbox, seq } of this.#highest(settlements)) this.#counters.put(mailboxKey(mailbox), u64(seq));
    });
    // Not in a `finally`: after a failed write the counter stays in memory, or its numbers would be given again.
    for (const { mailbox } of settlements) this.#closeCounter(mailbox);
    for (const { mailbox, message } of settlements) if (message) this.#announce(mailbox);
  }

  fetch(mailbox: Mailbox, { after, limit, maxBytes }: FetchRange): readonly NumberedMessage[] {
    const messages: NumberedMessage[] = [];
    let bytes = 0;
    const range = this.#messages.getRange({
      start: messageKey(mailbox, after),
      exclusiveStart: true,
      end: messageKey(mailbox, u64Max),
      inclusiveEnd: true,
      limit,
    });
    for (const { key, value } of range) {
      const message = decodeMessage(value);
      bytes += message.payload.length;
      if (bytes > maxBytes && messages.length > 0) break;
      messages.push({ seq: seqOf(key), ...message });
    }
    return messages;
  }

  admittedWithout(range: AdmittedRange): AdmittedAnswer {
    const { found, next } = this.#admitted.find(range);
    const messages = found.flatMap(({ key, admittedWithout }) => {
      const record = this.#messages.get(key);
      if (record === undefined) return [];
      const { storedAt } = decodeMessage(record);
      return [{ mailbox: mailboxOf(key), seq: seqOf(key), storedAt, admittedWithout }];
    });
    return { messages, ...(next !== undefined && { next }) };
  }

  async remove(mailbox: Mailbox, upTo: bigint): Promise<number> {
    const range = { start: messageKey(mailbox, 0n), end: messageKey(mailbox, upTo), inclusiveEnd: true };
    let removed = 0;
    for (;;) {
      const keys = [...this.#messages.getKeys({ ...range, limit: removedAtOnce })];
      if (keys.length === 0) return removed;
      await Promise.all(keys.map((key) => this.#messages.remove(key)));
      await this.#admitted.remove(keys[0]!, keys.at(-1)!);
      removed += keys.length;
    }
  }

  subscribe(listener: (mailbox: Mailbox) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #put(key: Buffer, message: Message): void {
    this.#messages.put(key, encodeMessage(message));
    if (message.admittedWithout) this.#admitted.put(key, message.admittedWithout);
  }

  #openCounter(mailbox: Mailbox): OpenCounter {
    const name = mailboxName(mailbox);
    const open = this.#open.get(name);
    if (open) return open;
    const stored = this.#counters.get(mailboxKey(mailbox));
    const counter = { last: stored === undefined ? 0n : stored.readBigUInt64BE(), unsettled: 0 };
    this.#open.set(name, counter);
    return counter;
  }

  #closeCounter(mailbox: Mailbox): void {
    const name = mailboxName(mailbox);
    const counter = this.#open.get(name)!;
    counter.unsettled -= 1;
    if (counter.unsettled === 0) this.#open.delete(name);
  }

  /** The last settlement of each mailbox: one write of a counter serves them all. */
  #highest(settlements: readonly Settlement[]): Iterable<Settlement> {
    return new Map(settlements.map((settlement) => [mailboxName(settlement.mailbox), settlement])).values();
  }

  #announce(mailbox: Mailbox): void {
    for (const listener of this.#listeners) listener(mailbox);
  }
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
