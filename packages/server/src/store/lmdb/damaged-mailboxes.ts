// The damaged mailboxes of an open store: found before it was opened, or met while serving. They only become more.

import { toBase64url } from '../../wire/bytes.js';
import { mailboxKey } from '../mailbox-key.js';
import type { Mailbox } from '../store.js';
import { StoreError } from '../store-error.js';
import { keepDamage } from './damage-list.js';
import { type DamagedRange, isInRanges, mergedRanges } from './damaged-ranges.js';

export class DamagedMailboxes {
  readonly #folder: string;
  readonly #log: (sentence: string) => void;
  #ranges: readonly DamagedRange[];
  #keeping: Promise<void> = Promise.resolve();

  /** `log` is called once for each mailbox that is met. */
  constructor(folder: string, ranges: readonly DamagedRange[], log: (sentence: string) => void) {
    this.#folder = folder;
    this.#ranges = mergedRanges(ranges);
    this.#log = log;
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  /** For operators. Undefined when there are none. */
  get description(): string | undefined {
    const first = this.#ranges[0];
    if (first === undefined) return undefined;
    const more = this.#ranges.length > 1 ? `, and ${this.#ranges.length - 1} more` : '';
    return `damaged: ${rangeText(first)}${more}; \`gatehouse check\` lists them`;
  }

  has(mailbox: Mailbox): boolean {
    return this.#ranges.length > 0 && isInRanges(mailboxKey(mailbox), this.#ranges);
  }

  /** @throws StoreError when it is damaged */
  refuse(mailbox: Mailbox): void {
    if (this.has(mailbox)) throw this.refusal(mailbox);
  }

  refusal(mailbox: Mailbox): StoreError {
    return new StoreError('damaged', `the ${nameOf(mailboxKey(mailbox))} is damaged`);
  }

  /** Adds a mailbox whose damage was met. */
  note(mailbox: Mailbox, cause: unknown): void {
    if (this.has(mailbox)) return;
    const key = mailboxKey(mailbox);
    this.#ranges = mergedRanges([...this.#ranges, { from: key, to: key }]);
    const why = cause instanceof Error ? cause.message : String(cause);
    this.#log(`the ${nameOf(key)} is damaged, and served no more: ${why}`);
    // A list that cannot be kept only has to be found again.
    this.#keeping = this.#keeping.then(() => keepDamage(this.#folder, this.#ranges)).catch(() => {});
  }

  /** Resolves once the list is kept. */
  close(): Promise<void> {
    return this.#keeping;
  }
}

/** Names a range for operators. */
export function rangeText({ from, to }: DamagedRange): string {
  return from.equals(to) ? nameOf(from) : `mailboxes from ${partsOf(from)} to ${partsOf(to)}`;
}

/** Names a mailbox for operators, by the recipient's key and the channel's id as they stand in the API. */
export function nameOf(key: Buffer): string {
  return `mailbox ${partsOf(key)}`;
}

const channelAt = 32;

function partsOf(key: Buffer): string {
  return `${toBase64url(key.subarray(0, channelAt))}/${toBase64url(key.subarray(channelAt))}`;
}
