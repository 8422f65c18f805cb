// Delivers the events of the ring to the plugin's observers.

import type { PluginLog } from '@gatehouse/plugin-api';
import { Cursor } from '@gatehouse/plugin-api/codec';
import { type Channel, type RingReader, word } from '../channel/index.js';
import { describeThrown } from './describe-thrown.js';
import { type BoundHandler, isThenable, settled } from './handlers.js';
import { GapLog } from './output/gap-log.js';
import type { StackLog } from './output/stack-log.js';
import { now, TakenPromise } from './taken.js';

/** The most observers at work at one time in one session. Further events wait in the ring, which is bounded. */
const atWorkMax = 64;

export class ObserverEvents {
  readonly #ring: RingReader;
  readonly #control: Int32Array;
  readonly #handlers: readonly (BoundHandler | undefined)[];
  readonly #log: PluginLog;
  readonly #stacks: StackLog;
  readonly #cursor: Cursor;
  readonly #gaps: GapLog;
  #atWork = 0;
  /** The same by hook. */
  readonly #atWorkBy: number[] = [];
  /** Called when an observer has ended and there may be room for the next event. */
  onRoom: () => void = () => {};

  constructor(
    channel: Channel,
    ring: RingReader,
    handlers: readonly (BoundHandler | undefined)[],
    log: PluginLog,
    stacks: StackLog,
  ) {
    this.#stacks = stacks;
    this.#ring = ring;
    this.#control = channel.control;
    this.#handlers = handlers;
    this.#log = log;
    this.#cursor = new Cursor(channel.ring);
    this.#gaps = new GapLog(log);
  }

  /** Whether an event waits and may be delivered. */
  hasEvent(): boolean {
    return this.#atWork < atWorkMax && this.#ring.hasFrame();
  }

  /** Number of events dropped so far, as the ring reports with the events that were not dropped. */
  get dropped(): number {
    return this.#gaps.total;
  }

  /** Delivers the next event to its observer. */
  deliver(): void {
    if (!this.#ring.next()) return;
    if (this.#ring.gap > 0) this.#gaps.add(this.#ring.gap, now());
    const handler = this.#handlers[this.#ring.hook];
    if (handler === undefined) this.#ring.release();
    else this.#serve(this.#ring.hook, handler);
  }

  /** Stores the hook during the call, so that the reason can name it if the thread ends in the handler. */
  #serve(hook: number, handler: BoundHandler): void {
    Atomics.store(this.#control, word.SERVING, hook + 1);
    this.#call(hook, handler);
    Atomics.store(this.#control, word.SERVING, 0);
  }

  /** Delivers what still waits, and resolves once no observer is at work. Only valid when nobody else delivers. */
  async finish(): Promise<void> {
    for (;;) {
      while (this.hasEvent()) this.deliver();
      if (this.#atWork === 0) return;
      await new TakenPromise<void>((resolve) => {
        this.onRoom = resolve;
      });
    }
  }

  /** Names the hooks whose observers are at work, with the number of their calls; empty if there are none. */
  unfinished(): string {
    let words = '';
    for (let id = 0; id < this.#atWorkBy.length; id++) {
      const calls = this.#atWorkBy[id] ?? 0;
      if (calls === 0) continue;
      words += `${words === '' ? '' : ', '}${this.#handlers[id]!.hook} (${calls} ${calls === 1 ? 'call' : 'calls'})`;
    }
    return words;
  }

  #call(hook: number, handler: BoundHandler): void {
    try {
      const answer = handler.call(this.#take(handler));
      if (isThenable(answer)) void this.#await(answer, hook, handler);
    } catch (error) {
      this.#failed(handler, error);
    }
  }

  /** Decodes the event at hand in place. The result is a copy, so the event's room is released. */
  #take({ codec }: BoundHandler): unknown {
    try {
      this.#cursor.at = this.#ring.at;
      const event: unknown = codec.read(this.#cursor);
      Atomics.add(this.#control, word.OBSERVED, Array.isArray(event) ? event.length : 1);
      return event;
    } finally {
      this.#ring.release();
    }
  }

  async #await(answer: PromiseLike<unknown>, hook: number, handler: BoundHandler): Promise<void> {
    this.#atWork++;
    this.#atWorkBy[hook] = (this.#atWorkBy[hook] ?? 0) + 1;
    try {
      await settled(answer);
    } catch (error) {
      this.#failed(handler, error);
    } finally {
      this.#atWork--;
      this.#atWorkBy[hook]!--;
      this.onRoom();
    }
  }

  #failed(handler: BoundHandler, error: unknown): void {
    Atomics.add(this.#control, word.OBSERVER_ERRORS, 1);
    this.#ring.counted();
    const words = describeThrown(error);
    const stack = this.#stacks.take(error);
    this.#log.error({ hook: handler.hook, ...(stack && { stack }) }, `${handler.hook} failed: ${words}`);
  }
}
