// What a session says of its observers in its channel, as numbers to send.

import { word } from '../../channel/index.js';

export class ObservedCount {
  readonly #control: Int32Array;

  constructor(control: Int32Array) {
    this.#control = control;
  }

  /** Events observed, observers that failed, and whose handler is at work. */
  now(): readonly [number, number, number] {
    const at = (index: number) => Atomics.load(this.#control, index);
    return [at(word.OBSERVED), at(word.OBSERVER_ERRORS), at(word.SERVING)];
  }
}
