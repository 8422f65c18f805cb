// The events of a host for one reader: a bounded buffer, which counts what does not fit.

import { CountQueuingStrategy, ReadableStream, type ReadableStreamDefaultController } from 'node:stream/web';
import type { HostEvent, HostEventType } from './contract/host-event.js';

export interface EventStreamOptions {
  /** The most events that wait for the reader. */
  readonly buffer: number;
  readonly types: readonly HostEventType[];
  readonly signal?: AbortSignal | undefined;
}

export class EventStream {
  readonly #types: readonly string[];
  readonly #signal: AbortSignal | undefined;
  readonly #onOver: (stream: EventStream) => void;
  readonly #stream: ReadableStream<HostEvent>;
  #controller!: ReadableStreamDefaultController<HostEvent>;
  #isOver = false;
  #missed = 0;
  #missedAt = '';

  /** `onOver` is called when it takes no events any more. */
  constructor({ buffer, types, signal }: EventStreamOptions, onOver: (stream: EventStream) => void) {
    this.#types = types;
    this.#signal = signal;
    this.#onOver = onOver;
    const start = (controller: ReadableStreamDefaultController<HostEvent>) => {
      this.#controller = controller;
    };
    // Pulled when there is room again.
    const source = { start, pull: () => this.#reportGap(), cancel: () => this.#over() };
    this.#stream = new ReadableStream(source, new CountQueuingStrategy({ highWaterMark: buffer }));
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener('abort', this.#abort, { once: true });
  }

  /** Whether it takes no events any more: it has ended, was aborted, or its reader has left the loop. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Yields the events since this stream was made. Leaving the loop ends it. */
  values(): AsyncIterableIterator<HostEvent> {
    return this.#stream.values();
  }

  /** Puts an event into the buffer, or counts it if there is no room. */
  offer(event: HostEvent): void {
    if (this.#isOver || !this.#types.includes(event.type)) return;
    if ((this.#controller.desiredSize ?? 0) > 0) {
      this.#reportGap();
      this.#controller.enqueue(event);
    } else if (this.#missed++ === 0) this.#missedAt = event.at;
  }

  /** Ends the reader's loop after the events that wait for it. */
  end(): void {
    if (this.#isOver) return;
    this.#reportGap();
    this.#over();
    this.#controller.close();
  }

  readonly #abort = (): void => {
    this.#over();
    this.#controller.error(this.#signal?.reason);
  };

  #reportGap(): void {
    if (this.#isOver || this.#missed === 0) return;
    const missed = this.#missed;
    this.#missed = 0;
    this.#controller.enqueue({ type: 'gap', at: this.#missedAt, missed });
  }

  #over(): void {
    this.#isOver = true;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#onOver(this);
  }
}
