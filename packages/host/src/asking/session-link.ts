// One session as the server thread sees it: the lane to ask through, the ring to tell through, the counters to read.

import { type ChannelHandle, LaneCaller, openChannel, RingWriter, word } from '../channel/index.js';
import { type CallPipeHandle, ProcessCaller } from '../channel/pipe/index.js';
import { Starvation } from './starvation.js';

/** What the supervisor tells of a session that has opened. */
export interface OpenedSession {
  /** The supervisor's number of the session. */
  readonly id: number;
  readonly channel: ChannelHandle;
  readonly callPipe?: CallPipeHandle | undefined;
  /** The folder in which the kernel tells of its thread; undefined if unknown. */
  readonly task?: string | undefined;
  /** That of the thread by which its answers pass, where it has a process of its own. */
  readonly relayTask?: string | undefined;
}

/** `Plugin` is whatever its user knows the plugin as; nothing is asked of it here. */
export class SessionLink<Plugin> {
  /** The supervisor's number of the session. */
  readonly id: number;
  readonly lane: LaneCaller;
  readonly starvation: Starvation;
  readonly ring: RingWriter;
  /** Which event of the gate call stands at each place of the lane. */
  readonly asked: Int32Array;
  /** It takes part in the gate call in hand. */
  inCall = false;
  /** When it is out of time (by `performance.now`), set once a wait for it takes any time. */
  until = 0;
  /** It has let a deadline pass: it may still read its lane, which is not used again until it has answered. */
  stalled = false;
  /** A ping is on its way, to which it owes an answer as to a call. */
  isPinged = false;
  /** The supervisor was told that the session's memory says that it has ended. */
  isToldEnded = false;
  readonly #control: Int32Array;

  readonly plugin: Plugin;

  constructor(plugin: Plugin, { id, channel: handle, callPipe, task, relayTask }: OpenedSession) {
    const channel = openChannel(handle);
    this.plugin = plugin;
    this.id = id;
    this.starvation = new Starvation(task, relayTask);
    this.lane = callPipe === undefined ? new LaneCaller(channel) : new ProcessCaller(channel, callPipe);
    this.ring = new RingWriter(channel);
    this.asked = new Int32Array(handle.sizes.callMax);
    this.#control = channel.control;
  }

  /** Whether its thread lives, as far as the supervisor knows. */
  get isOpen(): boolean {
    return !this.lane.hasEnded();
  }

  /** Whether it still owes verdicts of the call in hand. */
  get owes(): boolean {
    return !this.lane.isAnswered() && this.isOpen;
  }

  /** The id of its thread, or of its process where it has one of its own, by its own account. */
  get livesIn(): number {
    return Atomics.load(this.#control, word.THREAD);
  }

  /** Observer events that it handed to handlers, by its own account. */
  get observed(): number {
    return Atomics.load(this.#control, word.OBSERVED) >>> 0;
  }

  /** Observer handlers that threw, by its own account. */
  get observerErrors(): number {
    return Atomics.load(this.#control, word.OBSERVER_ERRORS) >>> 0;
  }

  /** Lines that it logged or printed and that were dropped, by its own account. */
  get logDropped(): number {
    return Atomics.load(this.#control, word.LOG_DROPPED) >>> 0;
  }
}
