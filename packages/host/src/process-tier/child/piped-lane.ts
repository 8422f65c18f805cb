// The session's end of a lane whose verdicts also go into the pipe.

import { type Bell, type Channel, LaneAnswerer, type VerdictKind } from '../../channel/index.js';
import { pipeKind } from '../../channel/pipe/index.js';

export type Tell = (kind: number, numbers: readonly number[], rest?: Uint8Array) => void;

const noBytes = new Uint8Array(0);

/** Captured before the plugin can replace it. */
const toBytes = Buffer.from;

export class PipedLane extends LaneAnswerer {
  readonly #tell: Tell;
  readonly #reasonMax: number;
  /** The call's id, and the number of its frames without a verdict. */
  #asked = 0;
  #open = 0;
  #last: readonly [numbers: readonly number[], rest: Uint8Array] | undefined;

  constructor(channel: Channel, server: Bell, tell: Tell) {
    super(channel, server);
    this.#tell = tell;
    this.#reasonMax = channel.sizes.reasonBytes + 1;
  }

  /** Prepares for a call of `count` frames. */
  expect(call: number, count: number): void {
    this.#asked = call;
    this.#open = count;
  }

  /** Sends each verdict at once, because the next handler may never return, and the last one together with the end. */
  override answer(place: number, kind: VerdictKind, reason?: string): void {
    super.answer(place, kind, reason);
    // A bounded prefix is enough: the other end cuts it like any reason.
    const rest = reason === undefined ? noBytes : toBytes(reason.slice(0, this.#reasonMax));
    const numbers = [this.#asked, place, kind, reason === undefined ? 0 : 1];
    this.#open--;
    if (this.#open === 0) this.#last = [numbers, rest];
    else this.#tell(pipeKind.VERDICT, numbers, rest);
  }

  override finish(): void {
    super.finish();
    const [numbers, rest] = this.#last ?? [[this.#asked], noBytes];
    this.#last = undefined;
    this.#tell(pipeKind.ANSWERED, numbers, rest);
  }
}
