// Recognises retries: a message with the same key gets the answer of the first, and is stored once.

import { createHash } from 'node:crypto';
import type { MessageEvent } from '@gatehouse/plugin-api';
import { mailboxKey } from '../store/mailbox-key.js';
import type { Mailbox } from '../store/store.js';
import { sameBytes } from '../wire/bytes.js';
import { Problem } from '../wire/problems.js';

/** The identity of a message, by which a retry is recognised. */
export interface RetryId {
  /** The key of the client. */
  readonly key: Buffer;
  /** Distinguishes the message from others under the key. */
  readonly fingerprint: Buffer;
  /** The key with its scope: the sender, if known, and the mailbox. */
  readonly name: string;
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
  const scope = sender ? [Buffer.of(0), sender] : [Buffer.of(1)];
  return {
    key: Buffer.from(key, 'latin1'),
    fingerprint: createHash('sha256').update(place).update(payload).digest(),
    name: Buffer.concat([place, ...scope]).toString('latin1') + key,
  };
}

/** The messages under way that may be sent again. */
export class Retries {
  readonly #underWay = new Map<string, Retryable>();

  /** Returns those that repeat no message under way. The others wait for that message and get its answer. */
  firstsOf<T extends Retryable>(asked: readonly T[]): readonly T[] {
    return asked.filter((one) => one.retry === undefined || this.#isFirst(one.retry, one));
  }

  #isFirst(retry: RetryId, asked: Retryable): boolean {
    const first = this.#underWay.get(retry.name);
    if (first) {
      this.#follow(retry, asked, first);
      return false;
    }
    this.#underWay.set(retry.name, asked);
    const over = () => this.#underWay.delete(retry.name);
    asked.admitted.then(over, over);
    return true;
  }

  #follow(retry: RetryId, asked: Retryable, first: Retryable): void {
    if (!sameBytes(first.retry!.fingerprint, retry.fingerprint)) asked.reject(keyReused());
    else first.admitted.then(({ event }) => asked.repeat(event.seq), asked.reject);
  }
}

export function keyReused(): Problem {
  return new Problem('IDEMPOTENCY_KEY_REUSED', { detail: 'a new message needs a new key' });
}
