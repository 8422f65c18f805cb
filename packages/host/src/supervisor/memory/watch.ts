// Watches the memory of all sessions of this thread with one timer: often while at work, rarely otherwise.

import { memoryGuard } from '../../contract/memory-guard.js';
import { guarded, unawaited } from '../guarded.js';
import { LonelyGrowth } from './growth.js';
import { type Activity, excessOf, lonelyExcessOf, type MemoryUse, nextLookMs, total } from './policy.js';
import { residentBytes } from './resident-memory.js';

/** The parts of a session that its memory watch needs. */
export interface Watched {
  /** In bytes. */
  readonly cap: number;
  /** Whether it is at work, or was since the last call. */
  isAtWork(): boolean;
  /** Whether it is at work at this moment. */
  isBusy(): boolean;
  /** Whether it is answering a gate call that the server sleeps for. */
  isWaitedFor(): boolean;
  /** Resolves with its memory; undefined if unknown now. */
  use(): Promise<MemoryUse | undefined>;
  exceeded(reason: string): void;
}

interface Entry {
  lookedAt: number;
  /** Memory of the whole process at that time. */
  rss: number;
  used: number;
  /** Its memory when it was first found alone at work. The growth contains what it has taken since. */
  usedBefore: number;
  /** It had grown at the last look, whatever its activity. */
  hasGrown: boolean;
  isLooking: boolean;
}

/**
 * The longest time between two looks at the whole process, in ms, and so the delay until a session that begins to work
 * is noticed. The server reports long gate calls earlier.
 */
const tickMs = 250;

/** Growth of the whole process from tick to tick that triggers a look at every session, in bytes. */
const processGrowth = 16 * 2 ** 20;

/** Growth of the whole process since the last look at a session that may be that session's, in bytes. */
const stirring = 2 ** 20;

/** Growth of a session from look to look that makes it count as at work, in bytes. */
const sessionGrowth = 4 * 2 ** 20;

export class MemoryWatch {
  readonly #entries = new Map<Watched, Entry>();
  #timer: NodeJS.Timeout | undefined;
  #rss = 0;
  /** Used on Nodes that cannot read a thread's memory while it is busy. */
  readonly #lonely = memoryGuard === 'reported' ? new LonelyGrowth() : undefined;

  /** Watches a session until the returned function is called. */
  add(watched: Watched): () => void {
    this.#entries.set(watched, { lookedAt: 0, rss: 0, used: 0, usedBefore: 0, hasGrown: false, isLooking: false });
    this.#timer ??= setTimeout(this.#look, tickMs);
    return () => this.#entries.delete(watched);
  }

  /** Looks now instead of at the next tick. */
  look(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#look();
  }

  /** Looks, and schedules the next look even if this one fails. */
  readonly #look = () => {
    let waitMs = tickMs;
    guarded('a look at memory', () => {
      waitMs = this.#tick();
    })();
    this.#timer = this.#entries.size === 0 ? undefined : setTimeout(this.#look, waitMs);
  };

  /** Looks. Returns the time until the next look, in ms. */
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
    // Called in any case, because it compares with the last call.
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
    // A thread that is ending does not answer.
    const use = await watched.use().catch(() => undefined);
    entry.isLooking = false;
    if (use === undefined || !this.#entries.has(watched)) return;
    entry.hasGrown = total(use) - entry.used > sessionGrowth;
    entry.used = total(use);
    const reason = excessOf(use, watched.cap);
    if (reason !== undefined) watched.exceeded(reason);
  }

  /** Returns the growth of the whole process since the last tick. Cheaper than a look at a session, and complete. */
  #growth(): number {
    const before = this.#rss;
    this.#rss = residentBytes() ?? before;
    return before === 0 ? 0 : this.#rss - before;
  }
}
