// Whether a thread that is late is kept from its core, or hangs. Both make no progress; only the kernel knows.
//
// Linux counts for each thread how long it ran and how long it was runnable and waited for a core
// (/proc/<pid>/task/<tid>/schedstat, https://docs.kernel.org/scheduler/sched-stats.html). A look costs 50 to 90 µs, so
// that one is taken only of a session that has missed its deadline.

import { readFileSync } from 'node:fs';

/** Between two looks, in ms: some slices of the scheduler's. */
export const lookMs = 4;

/** A thread that waits for another one that is starved rests for a moment; one that rests for longer hangs. */
const idleLooksMax = 2;

interface Look {
  readonly at: number;
  readonly ranMs: number;
  readonly waitedMs: number;
  /** It runs, or wants to, at this moment. */
  readonly isRunnable: boolean;
}

export class Starvation {
  readonly #folder: string | undefined;
  readonly #relayFolder: string | undefined;
  /** The look when it was found to be late, and the latest one. */
  #first: Look | undefined;
  #last: Look | undefined;
  /** The latest one at the thread by which its answer passes. */
  #relay: Look | undefined;
  #isStarved = false;
  /** Looks in a row at which it neither ran nor wanted to. */
  #idleLooks = 0;

  /**
   * `folder` is where the kernel tells of the thread; undefined where it is not known. `relayFolder` is that of the thread
   * by which its answer passes, if any: one that has answered rests, and is starved where that one is kept from its core.
   */
  constructor(folder: string | undefined, relayFolder?: string) {
    this.#folder = folder;
    this.#relayFolder = relayFolder;
  }

  /** Whether that can be told at all. */
  get isKnown(): boolean {
    return this.#folder !== undefined;
  }

  /** Whether it was at the last look. */
  get wasStarved(): boolean {
    return this.#isStarved;
  }

  /** It is late as of now. */
  begin(): void {
    this.#first = look(this.#folder);
    this.#last = this.#first;
    this.#relay = look(this.#relayFolder);
    this.#isStarved = false;
    this.#idleLooks = 0;
  }

  /**
   * Whether it is late because it was kept from a core. One that has run for `enoughMs` since it was late has had its
   * chance, and is late by itself. False where that cannot be told.
   */
  isStarved(enoughMs: number): boolean {
    const first = this.#first;
    const before = this.#last;
    if (first === undefined || before === undefined) return false;
    if (performance.now() - before.at < lookMs) return this.#isStarved;
    const now = look(this.#folder);
    this.#last = now;
    const isRelayed = this.#isRelayKept();
    const mayBe = now !== undefined && now.ranMs - first.ranMs < enoughMs && ranLittle(now, first);
    this.#idleLooks = mayBe && !wanted(before, now) && !isRelayed ? this.#idleLooks + 1 : 0;
    this.#isStarved = mayBe && this.#idleLooks < idleLooksMax;
    return this.#isStarved;
  }

  #isRelayKept(): boolean {
    const before = this.#relay;
    this.#relay = look(this.#relayFolder);
    return before !== undefined && this.#relay !== undefined && wanted(before, this.#relay);
  }
}

function look(folder: string | undefined): Look | undefined {
  if (folder === undefined) return undefined;
  try {
    const [ran, waited] = readFileSync(`${folder}/schedstat`, 'latin1').split(' ').map(Number);
    const state = readFileSync(`${folder}/stat`, 'latin1').split(') ').at(-1)?.[0];
    return { at: performance.now(), ranMs: ran! / 1e6, waitedMs: waited! / 1e6, isRunnable: state === 'R' };
  } catch {
    // It has ended, or no descriptor is to be had: unknown, and so not starved.
    return undefined;
  }
}

/**
 * Whether it runs or wants to, or did since the last look. The kernel adds a wait when that ends, so that a wait that goes
 * on shows only in the state.
 */
function wanted(before: Look, now: Look): boolean {
  return now.isRunnable || now.waitedMs - before.waitedMs >= (now.at - before.at) / 4;
}

/** Whether it has run for less than half of the time since it was late. */
function ranLittle(now: Look, first: Look): boolean {
  return now.ranMs - first.ranMs < (now.at - first.at) / 2;
}
