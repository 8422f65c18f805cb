// Limits guesses of passwords, per account and per address: a few at once, then ever more slowly.

import { nameKey } from '@gatehouse/support/precis';
import { Problem } from '../wire/problems.js';
import { Tries } from './tries.js';

export interface GuessSettings {
  /** Logins of one account that may fail before the next one has to wait; 0: no waiting. */
  readonly loginTries: number;
  /** Logins from one address that may fail before the next one has to wait; 0: no waiting. Many may share an address. */
  readonly loginTriesPerAddress: number;
  /** The longest wait, in seconds. */
  readonly loginDelaySeconds: number;
}

/**
 * A guess needs only the answer to the first step, so a try counts from there, and no longer once it succeeds.
 * A name that nobody has counts like any other, and all spellings of a name count as one.
 */
export class GuessLimits {
  readonly #accounts: Tries;
  readonly #addresses: Tries;

  constructor(settings: GuessSettings) {
    this.#accounts = new Tries(() => ({ free: settings.loginTries, delaySeconds: settings.loginDelaySeconds }));
    this.#addresses = new Tries(() => ({
      free: settings.loginTriesPerAddress,
      delaySeconds: settings.loginDelaySeconds,
    }));
  }

  /** Counts a try; a refused one does not count. @throws Problem RATE_LIMITED */
  begin(username: string, address: string, now = performance.now()): void {
    const account = nameKey(username);
    const ofAccount = this.#accounts.wait(account, now);
    const ofAddress = this.#addresses.wait(address, now);
    if (ofAccount > 0 || ofAddress > 0) {
      const retryAfter = Math.ceil(Math.max(ofAccount, ofAddress) / 1_000);
      const whose = ofAccount > 0 ? 'of this account' : 'from this address';
      throw new Problem('RATE_LIMITED', { retryAfter, detail: `too many tries ${whose}` });
    }
    this.#accounts.count(account, now);
    this.#addresses.count(address, now);
  }

  /** The password was right, or new. An address has only one guess less: an account of one's own must not clear it. */
  succeeded(username: string, address: string): void {
    this.#accounts.clear(nameKey(username));
    this.#addresses.takeBack(address);
  }

  /** Number of accounts and addresses that are remembered. */
  get size(): number {
    return this.#accounts.size + this.#addresses.size;
  }
}
