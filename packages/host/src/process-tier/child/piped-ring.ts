// The session's end of a ring that reports its progress to the supervisor, so that more may be sent.

import { type Channel, RingReader } from '../../channel/index.js';
import { ringsOnTheWay } from '../../channel/pipe/index.js';
import { ObservedCount } from './observed-count.js';

export class PipedRing extends RingReader {
  readonly #tell: (numbers: readonly number[]) => void;
  readonly #count: ObservedCount;
  readonly #most: number;
  #read = 0;
  #told = 0;
  #isDue = false;

  constructor(channel: Channel, tell: (numbers: readonly number[]) => void) {
    super(channel);
    this.#tell = tell;
    this.#count = new ObservedCount(channel.control);
    this.#most = (channel.sizes.ringBytes * ringsOnTheWay) / 4;
  }

  override release(): void {
    this.#read += this.length;
    super.release();
    if (this.#read - this.#told >= this.#most) this.#account();
    else this.#accountSoon();
  }

  override counted(): void {
    this.#accountSoon();
  }

  #accountSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#account();
    });
  }

  #account(): void {
    this.#told = this.#read;
    this.#tell([this.#read, ...this.#count.now()]);
  }
}
