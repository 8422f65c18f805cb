// Hands the events of the ring to the plugin's observers.

import type { PluginLog } from '@gatehouse/plugin-api';
import { Cursor } from '@gatehouse/plugin-api/codec';
import { type Channel, type RingFrame, RingReader, word } from '../channel/index.js';
import { describeThrown } from './gate-answers.js';
import { type BoundHandler, isThenable, settled } from './handlers.js';

/** Observers at work at one time in one session. More events wait in the ring, which is bounded. */
const atWorkMax = 64;

export class ObserverEvents {
  readonly #ring: RingReader;
  readonly #control: Int32Array;
  readonly #handlers: readonly (BoundHandler | undefined)[];
  readonly #log: PluginLog;
  #atWork = 0;
  /** Called when an observer ended and there may be room for the next event. */
  onRoom: () => void = () => {};

  constructor(channel: Channel, handlers: readonly (BoundHandler | undefined)[], log: PluginLog) {
    this.#ring = new RingReader(channel);
    this.#control = channel.control;
    this.#handlers = handlers;
    this.#log = log;
  }

  /** An event waits and may be handed over. */
  hasEvent(): boolean {
    return this.#atWork < atWorkMax && this.#ring.hasFrame();
  }

  /** Hands the next event to its observer. */
  deliver(): void {
    const frame = this.#ring.read();
    if (frame === undefined) return;
    if (frame.gap > 0)
      this.#log.warn({ dropped: frame.gap }, 'events were dropped: the plugin is slower than they came');
    const handler = this.#handlers[frame.hook];
    if (handler !== undefined) this.#call(handler, frame);
  }

  /** Hands over what still waits, and resolves once no observer is at work any more. Only when nobody else delivers. */
  async finish(): Promise<void> {
    for (;;) {
      while (this.hasEvent()) this.deliver();
      if (this.#atWork === 0) return;
      await new Promise<void>((resolve) => {
        this.onRoom = resolve;
      });
    }
  }

  #call(handler: BoundHandler, frame: RingFrame): void {
    try {
      const event: unknown = handler.codec.read(new Cursor(frame.bytes));
      Atomics.add(this.#control, word.OBSERVED, Array.isArray(event) ? event.length : 1);
      const answer = handler.call(event);
      if (isThenable(answer)) this.#await(answer, handler);
    } catch (error) {
      this.#failed(handler, error);
    }
  }

  #await(answer: PromiseLike<unknown>, handler: BoundHandler): void {
    this.#atWork++;
    const done = () => {
      this.#atWork--;
      this.onRoom();
    };
    settled(answer)
      .catch((error) => this.#failed(handler, error))
      .then(done);
  }

  #failed(handler: BoundHandler, error: unknown): void {
    Atomics.add(this.#control, word.OBSERVER_ERRORS, 1);
    this.#log.error({ hook: handler.hook }, `${handler.hook} failed: ${describeThrown(error)}`);
  }
}
