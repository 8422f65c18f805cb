// Recognises retries: a message with the same key gets the answer of the first, and is stored once.

import { createHash } from 'node:crypto';
import type { MessageEvent } from '@gatehouse/plugin-api';
import { mailboxKey } from '../store/mailbox-key.js';
import type { Mailbox, Receipt, Store } from '../store/store.js';
import { sameBytes } from '../wire/bytes.js';
import { Problem } from '../wire/problems.js';

/** The identity of a message, by which a retry is recognised. */
export interface RetryId {
  /** The key with its scope: the sender, or the mailbox if the sender is sealed. */
  readonly id: Buffer;
  /** Distinguishes the message from others. */
  readonly fingerprint: Buffer;
}

/** A message that asks to be let in, and the sender that waits for its answer. */
export interface Retryable {
  readonly retry: RetryId | undefined;
  /** The outcome. */
  readonly admitted: Promise<{ readonly event: MessageEvent }>;
  /** Answers that it is already stored under this number. */
  readonly repeat: (seq: bigint) => void;
  readonly reject: (reason: unknown) => void;
}

export function retryIdOf(key: string, sender: Uint8Array | undefined, mailbox: Mailbox, payload: Uint8Array): RetryId {
  const place = mailboxKey(mailbox);
  const scope = sender ? [Buffer.of(0), sender] : [Buffer.of(1), place];
  return {
    id: Buffer.concat([...scope, Buffer.from(key, 'latin1')]),
    fingerprint: createHash('sha256').update(place).update(payload).digest(),
  };
}

export class Retries {
  readonly #store: Pick<Store, 'receipt'>;
  readonly #underWay = new Map<string, Retryable>();

  constructor(store: Pick<Store, 'receipt'>) {
    this.#store = store;
  }

  /** Returns those that repeat no message under way. The others wait for that message and get its answer. */
  firstsOf<T extends Retryable>(asked: readonly T[]): readonly T[] {
    return asked.filter((one) => one.retry === undefined || this.#isFirst(one.retry, one));
  }

  /** Answers those that are already stored, and returns the others. */
  async sift<T extends Retryable>(firsts: readonly T[]): Promise<readonly T[]> {
    const receipts = await Promise.all(firsts.map(({ retry }) => retry && this.#store.receipt(retry.id)));
    for (const [i, receipt] of receipts.entries()) if (receipt) answer(firsts[i]!, receipt);
    return firsts.filter((_, i) => !receipts[i]);
  }

  #isFirst(retry: RetryId, asked: Retryable): boolean {
    const name = retry.id.toString('latin1');
    const first = this.#underWay.get(name);
    if (first) {
      this.#follow(retry, asked, first);
      return false;
    }
    this.#underWay.set(name, asked);
    const over = () => this.#underWay.delete(name);
    asked.admitted.then(over, over);
    return true;
  }

  #follow(retry: RetryId, asked: Retryable, first: Retryable): void {
    if (!sameBytes(first.retry!.fingerprint, retry.fingerprint)) asked.reject(reused());
    else first.admitted.then(({ event }) => asked.repeat(event.seq), asked.reject);
  }
}

function answer(asked: Retryable, receipt: Receipt): void {
  if (sameBytes(receipt.fingerprint, asked.retry!.fingerprint)) asked.repeat(receipt.seq);
  else asked.reject(reused());
}

function reused(): Problem {
  return new Problem('IDEMPOTENCY_KEY_REUSED', { detail: 'a new message needs a new key' });
}
