// Limits guesses of passwords, per account and per address: a few at once, then ever more slowly.

import { Problem } from '../wire/problems.js';

export interface GuessSettings {
  /** Logins of one account that may fail before the next one has to wait; 0: no waiting. */
  readonly loginTries: number;
  /** The longest wait, in seconds. */
  readonly loginDelaySeconds: number;
}

interface Tried {
  readonly count: number;
  /** When the next try may begin, in ms. */
  readonly until: number;
}

/** Many people may share an address. */
const triesOfAddress = 20;
/** Accounts and addresses that are remembered at most; the ones not tried for longest are forgotten first. */
const remembered = 50_000;
/** Time without a try after which the tries before it are forgotten. */
const quietMs = 3_600_000;

/**
 * A guess needs only the answer to the first step, so a try counts from there, and no longer once it succeeds.
 * A name that nobody has counts like any other.
 */
export class GuessLimits {
  readonly #settings: GuessSettings;
  readonly #tried = new Map<string, Tried>();

  constructor(settings: GuessSettings) {
    this.#settings = settings;
  }

  /** Counts a try; a refused one does not count. @throws Problem RATE_LIMITED */
  begin(username: string, address: string, now = performance.now()): void {
    const { loginTries } = this.#settings;
    if (loginTries === 0) return;
    const waitMs = Math.max(this.#wait(account(username), now), this.#wait(from(address), now));
    if (waitMs > 0) {
      const retryAfter = Math.ceil(waitMs / 1_000);
      throw new Problem('RATE_LIMITED', { retryAfter, detail: 'too many tries of this account, or from this address' });
    }
    this.#count(account(username), loginTries, now);
    this.#count(from(address), loginTries * triesOfAddress, now);
  }

  /** The password was right, or new. An address has only one guess less: an account of one's own must not clear it. */
  succeeded(username: string, address: string): void {
    this.#tried.delete(account(username));
    const tried = this.#tried.get(from(address));
    if (!tried) return;
    if (tried.count > 1) this.#tried.set(from(address), { ...tried, count: tried.count - 1 });
    else this.#tried.delete(from(address));
  }

  /** Number of accounts and addresses that are remembered. */
  get size(): number {
    return this.#tried.size;
  }

  #wait(key: string, now: number): number {
    return (this.#tried.get(key)?.until ?? 0) - now;
  }

  #count(key: string, free: number, now: number): void {
    const before = this.#tried.get(key);
    const isStale = before === undefined || now - before.until > quietMs;
    const count = isStale ? 1 : before.count + 1;
    const seconds = count < free ? 0 : Math.min(this.#settings.loginDelaySeconds, 2 ** Math.min(count - free, 30));
    // Removed first, so that it is last in the order.
    this.#tried.delete(key);
    if (this.#tried.size >= remembered) this.#tried.delete(this.#tried.keys().next().value!);
    this.#tried.set(key, { count, until: now + seconds * 1_000 });
  }
}

function account(username: string): string {
  return `account ${username}`;
}

function from(address: string): string {
  return `address ${address}`;
}
