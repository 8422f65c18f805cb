// The heartbeat of the supervisor's thread, by which the server's thread detects that it hangs.
//
//   word  name   written by   when
//     0   BEATS  supervisor   +1 from each timer of its own
//
// A thread that hangs and a machine that stalls look the same to a clock. So only the time in which the server's own
// timer ran on schedule counts: while the server was blocked in the gate, or the process was stopped, it saw nothing.

/** Interval of the beats and of the looks at them, in ms. */
const beatMs = 250;

/** The longest interval between two looks on schedule, in ms. A longer one means that the server itself was late. */
const onScheduleMs = 2 * beatMs;

/** Longest standstill once it has begun, and until its first beat, in ms that count. */
const hungMs = 2000;
const bootMs = 15_000;

export function createPulse(): SharedArrayBuffer {
  return new SharedArrayBuffer(4);
}

/** Beats for as long as this thread runs. */
export function beat(pulse: SharedArrayBuffer): void {
  const beats = new Int32Array(pulse);
  const once = () => Atomics.add(beats, 0, 1);
  once();
  setInterval(once, beatMs).unref();
}

/** Measures how long a pulse has stood still, as far as that was observed. Times are passed in. */
export class Stillness {
  #lookedAt: number;
  #beats = 0;
  #stillMs = 0;

  constructor(now: number) {
    this.#lookedAt = now;
  }

  /** Adds a look. Returns whether the pulse has stood still for too long. */
  isTooLong(beats: number, now: number): boolean {
    const sinceMs = now - this.#lookedAt;
    this.#lookedAt = now;
    if (beats !== this.#beats) {
      this.#beats = beats;
      this.#stillMs = 0;
    } else if (sinceMs <= onScheduleMs) this.#stillMs += sinceMs;
    return this.#stillMs >= (this.#beats === 0 ? bootMs : hungMs);
  }
}

/** Calls `onHung` once when the pulse has stood still for too long. Returns a function that ends the watch. */
export function watchPulse(pulse: SharedArrayBuffer, onHung: () => void): () => void {
  const beats = new Int32Array(pulse);
  const stillness = new Stillness(performance.now());
  const timer = setInterval(() => {
    if (!stillness.isTooLong(Atomics.load(beats, 0), performance.now())) return;
    clearInterval(timer);
    onHung();
  }, beatMs).unref();
  return () => clearInterval(timer);
}
