// The session's end of a lane whose verdicts also go into the pipe.

import { type Bell, type Carried, type Channel, LaneAnswerer, type VerdictKind } from '../../channel/index.js';
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
  override answer(place: number, kind: VerdictKind, given?: string | Carried): void {
    super.answer(place, kind, given);
    const { reason, retryAfterMs = -1, data = noBytes } = typeof given === 'string' ? { reason: given } : (given ?? {});
    // A bounded prefix is enough: the other end cuts it like any reason.
    const text = reason === undefined ? noBytes : toBytes(reason.slice(0, this.#reasonMax));
    const rest = data.length === 0 ? text : joined(data, text);
    const numbers = [this.#asked, place, kind, reason === undefined ? 0 : 1, retryAfterMs, data.length];
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

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
