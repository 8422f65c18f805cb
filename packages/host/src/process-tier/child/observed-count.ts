// The observer counts in a session's channel, as numbers to send.

import { word } from '../../channel/index.js';

export class ObservedCount {
  readonly #control: Int32Array;

  constructor(control: Int32Array) {
    this.#control = control;
  }

  /** Returns the events observed, the observers that failed, and the hook whose handler is at work (SERVING). */
  now(): readonly [number, number, number] {
    const at = (index: number) => Atomics.load(this.#control, index);
    return [at(word.OBSERVED), at(word.OBSERVER_ERRORS), at(word.SERVING)];
  }
}
