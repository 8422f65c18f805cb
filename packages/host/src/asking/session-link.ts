// The server thread's side of one session: the lane to ask through, the ring to tell through, the counters to read.

import { type ChannelHandle, LaneCaller, openChannel, RingWriter, word } from '../channel/index.js';
import { type CallPipeHandle, ProcessCaller } from '../channel/pipe/index.js';
import { Starvation } from './starvation.js';

/** The supervisor's description of a session that has opened. */
export interface OpenedSession {
  /** The supervisor's number of the session. */
  readonly id: number;
  readonly channel: ChannelHandle;
  readonly callPipe?: CallPipeHandle | undefined;
  /** The kernel's folder about its thread (`/proc/…/task/…`); undefined if unknown. */
  readonly task?: string | undefined;
  /** The same folder of the thread that relays its answers, if it has a process of its own. */
  readonly relayTask?: string | undefined;
}

/** A round of a gate call, to a session that it has asked. */
export interface Holder<Link> {
  /** Takes the session's verdicts, so that another call may use its lane. */
  release(link: Link): void;
}

/** `Plugin` is the user's own type of plugin. Nothing of it is used here. */
export class SessionLink<Plugin> {
  /** The supervisor's number of the session. */
  readonly id: number;
  readonly lane: LaneCaller;
  readonly starvation: Starvation;
  readonly ring: RingWriter;
  /** By place of the lane: the index of its event in the gate call. */
  readonly asked: Int32Array;
  /** The round whose call stands on its lane: asked, and not heard yet. Set and cleared by that round alone. */
  holder: Holder<SessionLink<Plugin>> | undefined = undefined;
  /** It has missed a deadline: it may still read its lane, which is not reused until it has answered. */
  stalled = false;
  /** It owes an answer that nobody waits for: to a ping, or to a call that ended before the session's deadline. */
  hasDebt = false;
  /** The supervisor was notified that the session's memory marks it as ended. */
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

  /** Whether its thread is alive, according to the session's memory. */
  get isOpen(): boolean {
    return !this.lane.hasEnded();
  }

  /** Whether it still owes verdicts of the call in hand. */
  get owes(): boolean {
    return !this.lane.isAnswered() && this.isOpen;
  }

  /** The id of its thread, or of its own process if it has one, by its own account. */
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

  /** Lines that it logged or printed and the host dropped, by its own account. */
  get logDropped(): number {
    return Atomics.load(this.#control, word.LOG_DROPPED) >>> 0;
  }
}
