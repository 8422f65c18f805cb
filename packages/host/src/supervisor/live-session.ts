// The supervisor's side of one session: its thread's task, its channel, its control, and its end.

import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { AnyHookSet } from '@gatehouse/plugin-api/hooks';
import { Credit } from '@gatehouse/support/credit';
import { LateError, within } from '@gatehouse/support/deadline';
import { drainAndClose } from '@gatehouse/support/drain-port';
import * as comlink from 'comlink';
import {
  type Bell,
  type ChannelHandle,
  type ChannelSizes,
  createChannel,
  longCall,
  markEnded,
  type WaitMode,
} from '../channel/index.js';
import type { CallPipeHandle } from '../channel/pipe/index.js';
import { sentHookSet } from '../contract/hook-set.js';
import type { LogRecord, SessionControl } from '../contract/session-contract.js';
import type { PluginSpec } from '../contract/supervisor-contract.js';
import { stackOf, wordsOf } from '../contract/thrown.js';
import { isRecord, listen, replyEndpoint } from './checked-port.js';
import { rethrowWithPlace } from './diagnosis/syntax-place.js';
import { unawaited } from './guarded.js';
import { shakeHands } from './handshake.js';
import { MemoryWatch } from './memory/watch.js';
import type { SessionRunner } from './runners/session-runner.js';
import { SessionThread } from './session-thread.js';

/** All sessions of this thread share a timer. */
const memories = new MemoryWatch();

/** The sessions of this thread that have not ended. */
const living = new Set<LiveSession>();

/**
 * Marks every session as ended, because this thread is about to end and takes their threads with it. The server may be
 * asleep waiting for one of them, and must not wait any longer. A session's thread may still run for a moment, but
 * nobody reads what it writes to its channel, and its lane is never written to again.
 */
export function markAllEnded(): void {
  for (const session of living) session.markEnded();
}

/** Never resolves. Looks at the memories whenever a call takes long, as `bell`, the server's, reports. */
export async function watchLongCalls(bell: Bell): Promise<never> {
  for (;;) {
    await longCall(bell);
    memories.look();
  }
}

/** The parts that a session is made with. */
export interface SessionSurroundings {
  readonly hooks: AnyHookSet;
  readonly spec: PluginSpec;
  readonly runner: SessionRunner;
  readonly sizes: ChannelSizes;
  readonly serverBell: SharedArrayBuffer;
  readonly wait: WaitMode;
  readonly bell: Bell;
  readonly onRecord: (record: LogRecord) => void;
}

/** The end of a session. `asked`: the supervisor requested it. */
export interface SessionEnd {
  readonly asked: boolean;
  readonly reason: string;
}

/**
 * Records in a second, and at once after a pause, which a session may post. Our own code in its thread posts far fewer, so
 * that more come from the plugin itself, past the limit on what it logs.
 */
const recordsPerSecond = 2000;
const recordsAtOnce = 20_000;

export class LiveSession {
  readonly channel: ChannelHandle;
  /** Resolves once the session's thread is gone or was given up; never rejects. */
  readonly ended: Promise<SessionEnd>;
  readonly #around: SessionSurroundings;
  readonly #thread: SessionThread;
  readonly #control: comlink.Remote<SessionControl>;
  /** Closes the ports, and forwards what the session had logged until its end. */
  readonly #release: () => void;
  readonly #abort = new AbortController();
  #asked = false;
  #isEnding = false;
  #isOver = false;
  #isServing = false;

  constructor(around: SessionSurroundings) {
    this.#around = around;
    this.channel = createChannel(around.sizes);
    this.#thread = new SessionThread(around.hooks, around.spec, around.runner, this.channel);
    const control = new MessageChannel();
    const records = new MessageChannel();
    const credit = new Credit(recordsPerSecond, recordsAtOnce, performance.now());
    const take = (record: LogRecord) => {
      const isAllowed = credit.spend(1, performance.now());
      if (isAllowed) around.onRecord(record);
      return isAllowed;
    };
    this.#release = () => {
      drainAndClose(records.port1, (record: unknown) => isRecord(record) && take(record));
      control.port1.close();
    };
    const onRecord = (record: LogRecord) => {
      if (!take(record)) this.kill('it posted to the port of its log past its limit');
    };
    listen(records.port1, isRecord, onRecord, () => this.kill('it posted to the port of its log what is no record'));
    const onOther = () => this.kill('it posted to the port that controls it what is no reply');
    this.#control = comlink.wrap<SessionControl>(replyEndpoint(control.port1, onOther));
    living.add(this);
    this.ended = this.#live(control.port2, records.port2).catch((error: unknown) => this.#broke(error));
    const isServing = () => this.#isServing;
    const unwatch = this.#thread.watchMemory(memories, around.bell, isServing, (reason) => this.kill(reason));
    unawaited('the end of the watch of a memory', this.ended.then(unwatch));
  }

  /** Loads and starts the plugin within its time limit. Resolves with its hooks once it serves. */
  async open(): Promise<readonly string[]> {
    try {
      return await this.#open();
    } catch (error) {
      this.#logStack(error);
      throw error;
    }
  }

  async #open(): Promise<readonly string[]> {
    const { spec, hooks } = this.#around;
    const until = performance.now() + spec.startMs;
    const step = <T>(name: string, promise: Promise<T>) =>
      this.#within(
        until - performance.now(),
        this.#orEnded(promise),
        () => `its ${name} took longer than ${spec.startMs} ms`,
      );
    const hello = await step('import', this.#control.load()).catch((error) => rethrowWithPlace(error, spec.entry));
    const handshake = shakeHands(hooks, hello, spec.hooks);
    if (!handshake.agreed) throw new Error(handshake.reason);
    await step('start', this.#control.serve());
    this.#isServing = true;
    return handshake.hooks;
  }

  /** The kernel's folder about its thread; undefined if unknown. */
  get task(): string | undefined {
    return this.#thread.task;
  }

  /** The pipe for calls, if it has a process of its own. */
  get callPipe(): CallPipeHandle | undefined {
    return this.#thread.callPipe;
  }

  /**
   * Lets the plugin's handlers finish, and then lets it stop, each within its time limit. Then terminates the thread.
   * Resolves when it is gone.
   */
  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#asked = true;
    const { stopMs } = this.#around.spec;
    const isDrained = await this.#done(this.#control.drain(), () => `its handlers took longer than ${stopMs} ms`);
    if (isDrained) await this.#done(this.#control.stop(), () => `its stop took longer than ${stopMs} ms`);
    else await this.#stopUndrained(stopMs);
    this.kill('stopped');
    const { reason } = await this.ended;
    if (reason !== 'stopped') this.#warn(`ended while it stopped: ${reason}`);
  }

  /** Stops it although handlers have not finished: one that never settles must not cost the plugin its `stop`. */
  async #stopUndrained(stopMs: number): Promise<void> {
    let isHeard = false;
    const abandoned = this.#control.abandon().then(() => {
      isHeard = true;
    });
    unawaited('the end of a drain', abandoned);
    await this.#done(this.#control.stop(), () =>
      isHeard ? `its stop took longer than ${stopMs} ms` : 'its stop was not called, because its thread is blocked',
    );
  }

  /** Awaits a step of the stop; logs if it fails or is late, and returns whether it did neither. */
  async #done(step: Promise<void>, late: () => string): Promise<boolean> {
    try {
      // The answer and the end of the task arrive at different ports, in either order.
      await this.#within(this.#around.spec.stopMs, Promise.race([step, this.ended]), late);
      return true;
    } catch (error) {
      this.#warn(`not stopped cleanly: ${wordsOf(error)}`);
      return false;
    }
  }

  #warn(message: string): void {
    this.#around.onRecord({ level: 'warn', fields: {}, message });
  }

  /** Terminates the thread now. */
  kill(reason: string): void {
    // The task's promise rejects with the abort's reason, which `ended` then reports.
    this.#abort.abort(new Error(reason));
  }

  /** Determines in bounded time where the thread is, and terminates it. */
  async endHung(reason: string): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const place = await this.#thread.whereItStands().catch(wordsOf);
    this.kill(`${reason}; ${place}`);
  }

  /** Terminates the thread now, on request. */
  discard(): void {
    this.#asked = true;
    this.kill('stopped');
  }

  async #live(control: MessagePort, records: MessagePort): Promise<SessionEnd> {
    const { runner, spec, serverBell, wait, hooks } = this.#around;
    const hookSet = sentHookSet(hooks);
    const start = { plugin: spec, hookSet, channel: this.channel, serverBell, wait, control, records };
    const task: Promise<unknown> = runner.run(start, this.#abort.signal);
    const reason = await task.then(
      // A thread that threw null resolves its task with null, because the pool takes null for "no error".
      (result) => (this.#asked ? 'stopped' : result === null ? 'it threw null' : 'it ended by itself'),
      (error: unknown) => {
        if (!this.#abort.signal.aborted) this.#logStack(error);
        return this.#reasonOf(error);
      },
    );
    const unasked = this.#asked ? '' : this.#thread.inHand();
    this.markEnded();
    this.#release();
    return { asked: this.#asked, reason: reason + unasked };
  }

  /** Logs the whole stack of what the plugin threw: a reason names only one place. */
  #logStack(error: unknown): void {
    const stack = stackOf(error);
    if (stack !== undefined) this.#around.onRecord({ level: 'error', fields: { stack }, message: 'it threw' });
  }

  /** Handles a bug of ours: ends this session, but not the thread that holds all of them. */
  #broke(error: unknown): SessionEnd {
    this.kill(wordsOf(error));
    if (!this.#isOver) {
      this.markEnded();
      this.#release();
    }
    return { asked: this.#asked, reason: wordsOf(error) };
  }

  /** Adds the thread's place to the error when the promise times out. */
  #within<T>(ms: number, promise: Promise<T>, late: () => string): Promise<T> {
    return within(ms, promise, 'late').catch(async (error: unknown) => {
      if (!(error instanceof LateError)) throw error;
      throw new LateError(`${late()}; ${await this.#thread.whereItStands().catch(wordsOf)}`);
    });
  }

  /** Returns why a session was killed, or else what its thread threw, which can be anything. */
  #reasonOf(error: unknown): string {
    const { aborted, reason } = this.#abort.signal;
    return wordsOf(aborted ? reason : error);
  }

  /** Wakes the server thread, which may be asleep waiting for this session's verdict. */
  markEnded(): void {
    this.#isOver = true;
    living.delete(this);
    markEnded(this.channel);
    this.#around.bell.ring();
  }

  /** Rejects when the session ends, because a call to an ended session would never settle. */
  #orEnded<T>(promise: Promise<T>): Promise<T> {
    const ended = this.ended.then(({ reason }) => Promise.reject<T>(new Error(reason)));
    return Promise.race([promise, ended]);
  }
}
