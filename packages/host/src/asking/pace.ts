// The number of messages in one call of a plugin: as many as it has been answering in time.
//
// Gathered messages share one deadline. A plugin that works on each for a while can meet it for a few and never for
// many. So the number is halved whenever a call misses, and doubled when a call of the largest allowed size took less
// than half of the deadline. Handlers that only wait run side by side and need no smaller calls.

/** More than any lane holds (see the option `gate.callMax`). */
const sizeMax = 1024;

export class Pace {
  /** The largest number of messages for the next call. */
  size = sizeMax;
  /** Duration of the last call of that size, in ms; 0 while unknown, because none took long enough to be timed. */
  lastMs = 0;

  /** The decision (see `Gate`) in which it last answered a call. */
  answeredIn = 0;

  /** A call of `count` messages was not answered in time. */
  missed(count: number): void {
    this.size = Math.max(1, Math.min(this.size, count) >>> 1);
    this.lastMs = 0;
  }

  /** A call of `count` messages was answered after `ms`, which is 0 if the server did not have to sleep for it. */
  answered(count: number, ms: number, deadlineMs: number): void {
    if (count < this.size) return;
    this.lastMs = ms;
    if (ms >= deadlineMs / 2 || this.size === sizeMax) return;
    this.size = Math.min(sizeMax, this.size * 2);
    this.lastMs = 0;
  }

  /** Whether another call is likely to be answered within `ms`. */
  fits(ms: number): boolean {
    return this.lastMs <= ms;
  }
}
