// Fetches the messages of a mailbox from the embedded store, and notices when one is missing.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkMessageKey, mailboxKey, messageIn, seqOf } from '../mailbox-key.js';
import type { FetchRange, Mailbox, NumberedMessage } from '../store.js';
import type { Contents } from './contents.js';
import { recordDamage } from './failure.js';
import { type MailboxRecord, unpassed } from './mailbox-record.js';
import { decodeMessage } from './message-record.js';

const u64Max = 0xffff_ffff_ffff_ffffn;
/** Messages looked at in one turn of the event loop: expired ones are skipped, however many there are. */
const lookedAtOnce = 500;
/** Bytes of them whose checksums are compared in one turn. */
const skippedAtOnce = 4 * 1024 * 1024;

/** The messages that a fetch has gathered so far. */
interface Gathered {
  readonly messages: NumberedMessage[];
  bytes: number;
  /** It goes on after this number. */
  after: bigint;
}

export class LmdbReader {
  readonly #contents: Contents;

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  /** @throws StoreError when a message is damaged, or missing */
  async fetch(mailbox: Mailbox, range: FetchRange): Promise<readonly NumberedMessage[]> {
    if (range.limit < 1) return [];
    const key = mailboxKey(mailbox);
    const gathered: Gathered = { messages: [], bytes: 0, after: range.after };
    while (!this.#gather(key, range, gathered)) await nextTurn();
    return gathered.messages;
  }

  /** Looks at the next messages, all in one state of the store. Returns whether the fetch is complete. */
  #gather(key: Buffer, { limit, maxBytes }: FetchRange, gathered: Gathered): boolean {
    const found = this.#contents.mailboxes.onDisk(key);
    if (gathered.after < found.cursor) gathered.after = found.cursor;
    const { after } = gathered;
    const continuity = new Continuity(found, this.#placeOf(key, found, after), () => this.#count(key, found.cursor));
    const range = {
      start: messageIn(key, after),
      exclusiveStart: true,
      end: messageIn(key, u64Max),
      inclusiveEnd: true,
      limit: lookedAtOnce,
    };
    const now = this.#contents.clock.now();
    let [looked, skippedBytes] = [0, 0];
    for (const { key: own, value } of this.#contents.messages.getRange(range)) {
      checkMessageKey(own);
      const { ordinal, ...message } = decodeMessage(own, value);
      continuity.next(ordinal);
      looked += 1;
      const seq = seqOf(own);
      if (message.expiresAt > now) {
        gathered.bytes += message.payload.length;
        if (gathered.bytes > maxBytes && gathered.messages.length > 0) return true;
        gathered.messages.push({ seq, ...message });
        if (gathered.messages.length === limit) return true;
      }
      gathered.after = seq;
      skippedBytes += message.expiresAt > now ? 0 : value.length;
      if (skippedBytes > skippedAtOnce) return false;
    }
    if (looked === lookedAtOnce) return false;
    continuity.end();
    return true;
  }

  /** Returns the place of the last message up to a number that is not before the cursor; undefined if unknown. */
  #placeOf(key: Buffer, { cursor, passed }: MailboxRecord, after: bigint): number | undefined {
    if (after === cursor) return passed;
    const range = { start: messageIn(key, after), end: messageIn(key, cursor), reverse: true, limit: 1 };
    for (const { key: own, value } of this.#contents.messages.getRange(range)) {
      checkMessageKey(own);
      return decodeMessage(own, value).ordinal;
    }
    return passed;
  }

  #count(key: Buffer, cursor: bigint): number {
    const range = { start: messageIn(key, cursor + 1n), end: messageIn(key, u64Max), inclusiveEnd: true };
    return this.#contents.messages.getKeysCount(range);
  }
}

/**
 * Checks that messages follow each other, and none is missing. Where their places have a gap, they are counted: in the
 * gap were messages that expired before older ones, or damage.
 */
class Continuity {
  readonly #mailbox: MailboxRecord;
  readonly #count: () => number;
  #place: number | undefined;
  #isCounted = false;

  constructor(mailbox: MailboxRecord, place: number | undefined, count: () => number) {
    this.#mailbox = mailbox;
    this.#place = place;
    this.#count = count;
  }

  next(ordinal: number | undefined): void {
    if (ordinal === undefined || this.#place === undefined || ordinal !== this.#place + 1) this.#countOnce();
    this.#place = ordinal;
  }

  /** There are no more. */
  end(): void {
    if (this.#place !== this.#mailbox.added) this.#countOnce();
  }

  #countOnce(): void {
    if (this.#isCounted) return;
    this.#isCounted = true;
    const [count, expected] = [this.#count(), unpassed(this.#mailbox)];
    if (count !== expected) throw recordDamage(`a mailbox holds ${expected} messages, of which ${count} are there`);
  }
}
