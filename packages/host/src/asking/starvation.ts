// Decides whether an overdue thread is starved of its core or hangs. Neither makes progress; only the kernel's counters
// distinguish them.
//
// Linux counts for each thread how long it ran and how long it was runnable and waited for a core
// (/proc/<pid>/task/<tid>/schedstat, https://docs.kernel.org/scheduler/sched-stats.html). A look costs 50 to 90 µs, so
// only sessions that have let half of their deadline pass are looked at.

import { readFileSync } from 'node:fs';

/** Interval between two looks, in ms: a few slices of the scheduler. */
export const lookMs = 4;

/** A thread that waits for a starved one is idle for a moment; a thread that is idle for longer hangs. */
const idleLooksMax = 2;

interface Look {
  readonly at: number;
  readonly ranMs: number;
  readonly waitedMs: number;
  /** It runs or is ready to run at this moment. */
  readonly isRunnable: boolean;
}

export class Starvation {
  readonly #folder: string | undefined;
  readonly #relayFolder: string | undefined;
  /** The look from which on it is judged, and the latest one. */
  #first: Look | undefined;
  #last: Look | undefined;
  /** The latest look at the thread that relays its answer. */
  #relay: Look | undefined;
  #isStarved = false;
  /** Number of looks in a row at which it neither ran nor was ready to. */
  #idleLooks = 0;

  /**
   * `folder` is the kernel's folder about the thread; undefined if unknown. `relayFolder` is that of the thread that
   * relays its answer, if any: a session that has answered is idle, and counts as starved while its relay is.
   */
  constructor(folder: string | undefined, relayFolder?: string) {
    this.#folder = folder;
    this.#relayFolder = relayFolder;
  }

  /** Whether starvation can be detected at all. */
  get isKnown(): boolean {
    return this.#folder !== undefined;
  }

  /** Whether it was starved at the last look. */
  get wasStarved(): boolean {
    return this.#isStarved;
  }

  /** It is judged by what it does from now on. */
  begin(): void {
    this.#first = look(this.#folder);
    this.#last = this.#first;
    this.#relay = look(this.#relayFolder);
    this.#isStarved = false;
    this.#idleLooks = 0;
  }

  /**
   * Whether it is overdue because it was kept from a core. A thread that has run for `enoughMs` since it
   * was first looked at has had its chance, and hangs. False if that is unknown.
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
    // It has ended, or there is no free descriptor: unknown, so not starved.
    return undefined;
  }
}

/**
 * Whether it runs or is ready to, or was since the last look. The kernel adds a wait only when it ends, so a wait that
 * goes on shows only in the state.
 */
function wanted(before: Look, now: Look): boolean {
  return now.isRunnable || now.waitedMs - before.waitedMs >= (now.at - before.at) / 4;
}

/** Whether it has run for less than half of the time since it was first looked at. */
function ranLittle(now: Look, first: Look): boolean {
  return now.ranMs - first.ranMs < (now.at - first.at) / 2;
}
