// Reports what happens in a host: to listeners, to the readers of `host.events()`, and to the channels of diagnostics.

import { messageOf } from './contract/errors.js';
import type { FaultReport, HostEvent } from './contract/host-event.js';
import type { HostLog } from './contract/host-log.js';
import type { StateChange, SupervisorStatus } from './contract/status.js';
import { faultChannel, stateChannel } from './diagnostics.js';
import { EventStream, type EventStreamOptions } from './event-stream.js';

type Channel = typeof stateChannel;

export class HostEvents {
  readonly #host: object;
  readonly #logger: HostLog;
  readonly #streams = new Set<EventStream>();
  readonly #supervisorListeners = new Set<(status: SupervisorStatus) => void>();
  #isClosed = false;

  /** `host` is named in what is published. */
  constructor(host: object, logger: HostLog) {
    this.#host = host;
    this.#logger = logger;
  }

  changed(change: StateChange): void {
    this.#emit(stateChannel, () => ({ type: 'state', at: now(), ...change }));
  }

  supervised(status: SupervisorStatus): void {
    this.#emit(stateChannel, () => ({ type: 'supervisor', at: now(), ...status }));
    for (const listener of [...this.#supervisorListeners]) listener(status);
  }

  faulted(fault: FaultReport): void {
    this.#emit(faultChannel, () => ({ type: 'fault', at: now(), ...fault }));
  }

  /** Calls `listener` at every change of the supervisor. Returns a function that ends that. */
  onSupervisor(listener: (status: SupervisorStatus) => void): () => void {
    const harmless = this.harmless(listener);
    this.#supervisorListeners.add(harmless);
    return () => this.#supervisorListeners.delete(harmless);
  }

  /** Wraps a listener so that an error is logged and ends nothing. */
  harmless<T>(listener: (told: T) => void): (told: T) => void {
    return (told) => {
      try {
        listener(told);
      } catch (error) {
        this.#logger.error({ err: error }, `a subscriber to changes threw: ${messageOf(error)}`);
      }
    };
  }

  /** Returns the events from now on. Those of a closed host have ended. */
  read(options: EventStreamOptions): AsyncIterableIterator<HostEvent> {
    const stream = new EventStream(options, (one) => this.#streams.delete(one));
    if (this.#isClosed) stream.end();
    else if (!stream.isOver) this.#streams.add(stream);
    return stream.values();
  }

  /** Ends the loops of all readers. */
  close(): void {
    this.#isClosed = true;
    for (const stream of [...this.#streams]) stream.end();
  }

  /** Makes the event only if it is for anybody. */
  #emit(channel: Channel, make: () => HostEvent): void {
    if (!channel.hasSubscribers && this.#streams.size === 0) return;
    const event = make();
    for (const stream of [...this.#streams]) stream.offer(event);
    channel.publish({ host: this.#host, ...event });
  }
}

const now = () => new Date().toISOString();
