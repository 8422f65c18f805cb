// Looks at the memory of all sessions of this thread, by one timer: often at those that are at work, rarely at others.

import { memoryGuard } from '../../contract/memory-guard.js';
import { guarded, unawaited } from '../guarded.js';
import { LonelyGrowth } from './growth.js';
import { type Activity, excessOf, lonelyExcessOf, type MemoryUse, nextLookMs, total } from './policy.js';
import { residentBytes } from './resident-memory.js';

/** A session as far as its memory is concerned. */
export interface Watched {
  /** In bytes. */
  readonly cap: number;
  /** Whether it does anything, or has since this was asked last. */
  isAtWork(): boolean;
  /** Whether it does anything at this moment. */
  isBusy(): boolean;
  /** Whether a gate call is being answered that the server sleeps for. */
  isWaitedFor(): boolean;
  /** Undefined when it cannot be told now. */
  use(): Promise<MemoryUse | undefined>;
  exceeded(reason: string): void;
}

interface Entry {
  lookedAt: number;
  /** What the whole process had taken then. */
  rss: number;
  used: number;
  /** What it had taken when it was first found alone at work: what it takes since is part of the growth. */
  usedBefore: number;
  /** It had grown at the last look, whatever it did. */
  hasGrown: boolean;
  isLooking: boolean;
}

/**
 * The longest time between two looks at the whole, in ms. It is how late a session is noticed that begins to work, but for
 * gate calls that take long, of which the server tells.
 */
const tickMs = 250;

/** Growth of the whole process from tick to tick that makes every session be looked at, in bytes. */
const processGrowth = 16 * 2 ** 20;

/** Growth of the whole process since a session was looked at that may be that session's, in bytes. */
const stirring = 2 ** 20;

/** Growth of a session from look to look that makes it be looked at as if it was at work. */
const sessionGrowth = 4 * 2 ** 20;

export class MemoryWatch {
  readonly #entries = new Map<Watched, Entry>();
  #timer: NodeJS.Timeout | undefined;
  #rss = 0;
  /** Where a thread's memory cannot be looked at while that is busy. */
  readonly #lonely = memoryGuard === 'reported' ? new LonelyGrowth() : undefined;

  /** Watches it until the returned function is called. */
  add(watched: Watched): () => void {
    this.#entries.set(watched, { lookedAt: 0, rss: 0, used: 0, usedBefore: 0, hasGrown: false, isLooking: false });
    this.#timer ??= setTimeout(this.#look, tickMs);
    return () => this.#entries.delete(watched);
  }

  /** Looks now, as there is reason to. */
  look(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#look();
  }

  /** Looks, and sees to the next look, whatever becomes of this one. */
  readonly #look = () => {
    let waitMs = tickMs;
    guarded('a look at memory', () => {
      waitMs = this.#tick();
    })();
    this.#timer = this.#entries.size === 0 ? undefined : setTimeout(this.#look, waitMs);
  };

  /** When to look again, in ms. */
  #tick(): number {
    const now = performance.now();
    const growth = this.#growth();
    this.#lookAtLonely();
    let next = now + tickMs;
    for (const [watched, entry] of this.#entries) {
      const pauseMs = nextLookMs(entry.used, watched.cap, this.#activityOf(watched, entry, growth));
      const lookAt = entry.lookedAt + pauseMs;
      if (lookAt <= now) unawaited("a look at a session's memory", this.#lookAt(watched, entry, now));
      next = Math.min(next, lookAt <= now ? now + pauseMs : lookAt);
    }
    return next - now;
  }

  #activityOf(watched: Watched, entry: Entry, growth: number): Activity {
    // Asked in any case, as it asks whether anything was done since.
    const hasWorked = watched.isAtWork();
    if (watched.isBusy()) return 'busy';
    const isAtWork = hasWorked || entry.hasGrown || growth > processGrowth;
    if (isAtWork) return 'working';
    return this.#rss - entry.rss > stirring ? 'stirring' : 'resting';
  }

  #lookAtLonely(): void {
    const found = this.#lonely?.next([...this.#entries.keys()]);
    const entry = found && this.#entries.get(found.watched);
    if (entry === undefined) return;
    const { watched, growth, isNew } = found!;
    if (isNew) entry.usedBefore = entry.used;
    const reason = lonelyExcessOf(entry.usedBefore, growth, watched.cap);
    if (reason !== undefined) watched.exceeded(reason);
  }

  async #lookAt(watched: Watched, entry: Entry, now: number): Promise<void> {
    if (entry.isLooking) return;
    entry.isLooking = true;
    entry.lookedAt = now;
    entry.rss = this.#rss;
    // A thread that is just ending does not answer.
    const use = await watched.use().catch(() => undefined);
    entry.isLooking = false;
    if (use === undefined || !this.#entries.has(watched)) return;
    entry.hasGrown = total(use) - entry.used > sessionGrowth;
    entry.used = total(use);
    const reason = excessOf(use, watched.cap);
    if (reason !== undefined) watched.exceeded(reason);
  }

  /** Of the whole process since the last tick. Cheaper than to look at anybody, and sees what nobody asked for. */
  #growth(): number {
    const before = this.#rss;
    this.#rss = residentBytes() ?? before;
    return before === 0 ? 0 : this.#rss - before;
  }
}
