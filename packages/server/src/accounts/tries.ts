// Counts of tries by name, in bounded memory that forgets no count in force, however many names are tried.

import { createHmac, randomBytes } from 'node:crypto';

interface Tried {
  readonly count: number;
  /** When the next try may begin, in ms. */
  readonly until: number;
}

export interface TryLimits {
  /** Tries before the first wait; 0: no limit, and nothing is counted. */
  readonly free: number;
  /** The longest wait, in seconds. */
  readonly delaySeconds: number;
}

/** Names with a count of their own. */
const most = 50_000;
/** Counts that further names share. */
const shares = 2 ** 16;
/** Time without a try after which the tries before it are forgotten. */
const quietMs = 3_600_000;
/** Counts that each try of a new name looks at to find one that is no longer in force. */
const lookedAt = 8;

/**
 * A count in force is never removed to make room: whoever tries other names cannot clear it. When there is no room left,
 * further names share counts, found by a hash whose key nobody has, so that a share cannot be aimed at. All tries of a
 * name in force are in one place: its own count if it has one, else its share if that is in force, and only else a new
 * count of its own. So a name has at least its own tries; it may have those of others as well, and waits longer.
 */
export class Tries {
  readonly #limits: () => TryLimits;
  readonly #own = new Map<string, Tried>();
  readonly #shared = new Map<number, Tried>();
  readonly #key = randomBytes(32);
  #look = this.#own.entries();

  /** `limits` is asked at each use: they change while the server runs. */
  constructor(limits: () => TryLimits) {
    this.#limits = limits;
  }

  /** Milliseconds until the next try may begin; 0 or less when it may. */
  wait(name: string, now: number): number {
    return this.#limits().free === 0 ? 0 : (this.#find(name, now)?.until ?? now) - now;
  }

  count(name: string, now: number): void {
    const { free, delaySeconds } = this.#limits();
    if (free === 0) return;
    const count = (this.#find(name, now)?.count ?? 0) + 1;
    const seconds = count < free ? 0 : Math.min(delaySeconds, 2 ** Math.min(count - free, 30));
    this.#put(name, { count, until: now + seconds * 1_000 }, now);
  }

  /** Takes all tries of a name back, or one where it shares its count: the others may be of other names. */
  clear(name: string): void {
    if (!this.#own.delete(name)) this.takeBack(name);
  }

  /** Takes one try back. */
  takeBack(name: string): void {
    if (this.#own.has(name)) takeOne(this.#own, name);
    else takeOne(this.#shared, this.#shareOf(name));
  }

  /** Number of counts that are kept. */
  get size(): number {
    return this.#own.size + this.#shared.size;
  }

  #find(name: string, now: number): Tried | undefined {
    const own = this.#own.get(name);
    return own === undefined ? this.#inForce(this.#sharedBy(name), now) : this.#inForce(own, now);
  }

  #inForce(tried: Tried | undefined, now: number): Tried | undefined {
    return tried !== undefined && now - tried.until <= quietMs ? tried : undefined;
  }

  #put(name: string, tried: Tried, now: number): void {
    const hasOwn = this.#own.has(name);
    const isShared = !hasOwn && this.#inForce(this.#sharedBy(name), now) !== undefined;
    if (hasOwn || (!isShared && this.#hasRoom(now))) this.#own.set(name, tried);
    else this.#shared.set(this.#shareOf(name), tried);
  }

  /** Looks at a few counts with each call, going round, so that no try takes long. */
  #hasRoom(now: number): boolean {
    for (let i = 0; i < lookedAt && this.#own.size >= most; i++) {
      const { value: next, done } = this.#look.next();
      if (done) this.#look = this.#own.entries();
      else if (this.#inForce(next[1], now) === undefined) this.#own.delete(next[0]);
    }
    return this.#own.size < most;
  }

  #sharedBy(name: string): Tried | undefined {
    return this.#shared.size === 0 ? undefined : this.#shared.get(this.#shareOf(name));
  }

  #shareOf(name: string): number {
    return createHmac('sha256', this.#key).update(name).digest().readUInt32BE() % shares;
  }
}

function takeOne<K>(counts: Map<K, Tried>, key: K): void {
  const tried = counts.get(key);
  if (tried === undefined) return;
  if (tried.count > 1) counts.set(key, { ...tried, count: tried.count - 1 });
  else counts.delete(key);
}
