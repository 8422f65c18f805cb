// Logins between their two steps: in bounded memory, for a bounded time, each usable once.

import { randomBytes } from 'node:crypto';
import { longestMs } from '@gatehouse/support/timer';
import type { User } from '../store/store.js';
import { toBase64url } from '../wire/bytes.js';

export interface LoginAttempt {
  readonly username: string;
  /** Key of the client's address. */
  readonly address: string;
  /** Absent when nobody has that name. */
  readonly user: User | undefined;
  readonly serverLoginState: string;
}

interface Kept extends LoginAttempt {
  readonly until: number;
}

export interface LoginAttemptLimits {
  readonly lifetimeMs: number;
  readonly max: number;
}

/**
 * A client learns from the first step alone whether a password fits, so a guessing client never takes the second.
 * An unfinished attempt therefore counts as failed, and `abandoned` is called.
 */
export class LoginAttempts {
  /** In the order in which they began, which is also the order in which they expire. */
  readonly #kept = new Map<string, Kept>();
  readonly #limits: LoginAttemptLimits;
  readonly #abandoned: (attempt: LoginAttempt) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: LoginAttemptLimits, abandoned: (attempt: LoginAttempt) => void) {
    this.#limits = limits;
    this.#abandoned = abandoned;
  }

  /** Returns the id by which the second step finds it. When there are too many, the oldest is abandoned. */
  keep(attempt: LoginAttempt): string {
    const id = toBase64url(randomBytes(16));
    if (this.#kept.size >= this.#limits.max) this.#abandonOldest();
    this.#kept.set(id, { ...attempt, until: performance.now() + this.#limits.lifetimeMs });
    this.#schedule();
    return id;
  }

  take(id: string): LoginAttempt | undefined {
    const kept = this.#kept.get(id);
    if (!kept || kept.until <= performance.now()) return undefined;
    this.#kept.delete(id);
    return kept;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#kept.clear();
  }

  #abandonOldest(): void {
    const [id, oldest] = this.#kept.entries().next().value!;
    this.#kept.delete(id);
    this.#abandoned(oldest);
  }

  #schedule(): void {
    if (this.#timer || this.#kept.size === 0) return;
    const [oldest] = this.#kept.values();
    const ms = Math.max(0, oldest!.until - performance.now());
    this.#timer = setTimeout(() => this.#sweep(), Math.min(ms + 1, longestMs)).unref();
  }

  #sweep(): void {
    this.#timer = undefined;
    for (const { until } of this.#kept.values()) {
      if (until > performance.now()) break;
      this.#abandonOldest();
    }
    this.#schedule();
  }
}
