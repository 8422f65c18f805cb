// Decides whether a side that waits spins first or sleeps at once. Knows no thread and no clock: it is told.
//
// Spinning saves the 30 to 70 µs of being woken and takes a core for as long as it lasts. It pays when what is waited
// for comes within the spin, and while there is a core to spare. Both are learnt by trying: spins in vain (nothing
// came; the thread had lost its core; or the other side said that it spun in vain itself, as when both share a core)
// are paid for: after two in a row the next trial waits for ever more calls. One that finds its work forgives.

/** How a side waits: as it measures, never spinning, or always for so long. */
export type WaitMode = 'adaptive' | 'park' | { readonly spinUs: number };

/** Spins in vain, one after the other, that stop the spinning. */
const missesToStop = 2;

/** Calls without spinning after the first stop, and at the most. Each stop without a hit between doubles it. */
const firstPause = 16;
const longestPause = 1024;

export class SpinPolicy {
  readonly #mode: WaitMode;
  readonly #longestUs: number;
  #misses = 0;
  #pause = 0;
  #nextPause = firstPause;

  /** `longestUs` is the longest spin of the adaptive mode. */
  constructor(mode: WaitMode, longestUs: number) {
    this.#mode = mode;
    this.#longestUs = longestUs;
  }

  /** How long to spin now, in µs; 0 to sleep at once. `soon`: what is waited for may well come within a spin. */
  spinUs(soon: boolean): number {
    if (this.#mode === 'park') return 0;
    if (this.#mode !== 'adaptive') return this.#mode.spinUs;
    if (!soon) return 0;
    if (this.#pause === 0) return this.#longestUs;
    this.#pause--;
    return 0;
  }

  /** A spin found what it waited for. */
  hit(): void {
    this.#misses = 0;
    this.#nextPause = firstPause;
  }

  /** A spin was in vain, or cost the other side its core. */
  missed(): void {
    this.#misses++;
    if (this.#misses < missesToStop) return;
    this.#pause = this.#nextPause;
    this.#nextPause = Math.min(longestPause, this.#nextPause * 2);
  }
}
