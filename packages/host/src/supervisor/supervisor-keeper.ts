// Keeps a supervisor running: when one ends, a new one takes over what ran, until that happens too often. In between
// nothing runs, but no request is lost: the next supervisor handles it.

import { GatehouseError, messageOf } from '../contract/errors.js';
import type { SpareThreadState, SupervisorState, SupervisorStatus } from '../contract/status.js';
import type {
  PluginSpec,
  SupervisorControl,
  SupervisorEvent,
  SupervisorOwn,
  SupervisorStart,
} from '../contract/supervisor-contract.js';
import { mayNarrow } from '../node-internals/narrow.js';
import { FirstBeginning } from './first-beginning.js';
import { intensity, isTooOften, withEnd } from './restart/intensity.js';
import { failedStart, pathFrom } from './start-advice.js';
import { SupervisorThread, supervisorFile } from './supervisor-thread.js';

/** The state of the spare thread before there is any. */
const withoutSpare: SpareThreadState = mayNarrow ? 'none' : 'unavailable';

export interface KeeperWatch {
  /** Something happened to a plugin. */
  onEvent(event: SupervisorEvent): void;
  /** An error occurred in the supervisor that ended nothing. */
  onTrouble(message: string): void;
  /** The state changed. Unless it is `running`, no session lives; what ran will run again, unless it is `lost`. */
  onStatus(status: SupervisorStatus): void;
}

/** A plugin that runs or should run. */
interface Running {
  readonly spec: PluginSpec;
  readonly since: number;
  /** It has been ready. */
  hasServed: boolean;
}

export class SupervisorKeeper implements Omit<SupervisorControl, 'close'> {
  readonly #shared: Pick<SupervisorStart, 'hookSet' | 'serverBell' | 'sizes' | 'wait'>;
  readonly #watch: KeeperWatch;
  readonly #running = new Map<string, Running>();
  /** Plugins that the supervisor was asked to stop, but has not stopped yet. */
  readonly #stopping = new Set<string>();
  #thread: SupervisorThread | undefined;
  #ends: readonly number[] = [];
  #lives = 0;
  #hasBegun = false;
  readonly #first = new FirstBeginning((cause) => failedStart(cause, pathFrom(supervisorFile)));
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;
  #status: SupervisorStatus = {
    state: 'running',
    reason: '',
    ends: 0,
    since: new Date().toISOString(),
    spareThread: withoutSpare,
  };

  constructor(shared: Pick<SupervisorStart, 'hookSet' | 'serverBell' | 'sizes' | 'wait'>, watch: KeeperWatch) {
    this.#shared = shared;
    this.#watch = watch;
  }

  /** Starts the first supervisor. Called once, when the watcher is ready for its events. */
  begin(): void {
    this.#begin();
  }

  get status(): SupervisorStatus {
    return this.#status;
  }

  /** Resolves once a supervisor has begun. @throws GatehouseError SUPERVISOR_LOST if none can, or none is left */
  async serves(): Promise<void> {
    await this.#first.wait();
    const { state, reason } = this.#status;
    if (state === 'lost') throw new GatehouseError('SUPERVISOR_LOST', `no plugin can run: ${reason}`);
  }

  async start(spec: PluginSpec): Promise<void> {
    if (this.#status.state === 'lost') throw new Error(this.#status.reason);
    const running = { spec, since: performance.now(), hasServed: false };
    this.#running.set(spec.name, running);
    this.#stopping.delete(spec.name);
    // Events report the outcome. A supervisor that ends does not answer, and the next one starts the plugin again.
    try {
      await this.#thread?.control.start(spec);
    } catch (error) {
      if (this.#running.get(spec.name) === running) this.#running.delete(spec.name);
      throw error;
    }
  }

  async stop(name: string): Promise<void> {
    if (!this.#running.delete(name)) return;
    this.#stopping.add(name);
    if (this.#thread === undefined) return this.#stopped();
    await this.#thread.control.stop(name);
  }

  async replace(name: string, session: number, reason: string): Promise<void> {
    await this.#thread?.control.replace(name, session, reason);
  }

  /** Stops every plugin and terminates every thread, in bounded time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await this.#thread?.close();
  }

  /** Starts a supervisor, and everything that ran under the previous one. */
  #begin(): void {
    this.#hasBegun = false;
    const life = this.#lives++;
    try {
      this.#thread = new SupervisorThread(
        { ...this.#shared, life },
        {
          onEvent: (event) => this.#onEvent(event),
          onOwn: (event) => this.#onOwn(event),
          onEnd: (reason) => this.#onEnd(reason),
        },
      );
    } catch (error) {
      this.#onEnd(messageOf(error));
      return;
    }
    // It receives this once it has begun.
    const { control } = this.#thread;
    for (const running of this.#running.values()) control.start(this.#again(running)).catch(() => {});
  }

  #again({ spec, since, hasServed }: Running): PluginSpec {
    const trialMs = Math.max(0, (spec.trialMs ?? 0) - (performance.now() - since));
    return { ...spec, trialMs, ...(hasServed && { interruptedBy: this.#status.reason }) };
  }

  #onOwn(event: SupervisorOwn): void {
    if (event.type === 'trouble') {
      this.#watch.onTrouble(event.message);
      return;
    }
    if (event.type === 'spare') {
      this.#status = { ...this.#status, spareThread: event.state };
      return;
    }
    this.#hasBegun = true;
    this.#first.came();
    if (this.#status.state !== 'running') this.#toState('running', this.#status.reason);
  }

  #onEvent(event: SupervisorEvent): void {
    if (event.type === 'state') this.#note(event.plugin, event.state);
    this.#watch.onEvent(event);
  }

  #note(plugin: string, state: Extract<SupervisorEvent, { readonly type: 'state' }>['state']): void {
    const running = this.#running.get(plugin);
    if (state === 'ready' && running !== undefined) running.hasServed = true;
    // The supervisor gave it up, so the next one must not start it.
    if (state === 'failed' || state === 'quarantined') this.#running.delete(plugin);
    if (['disabled', 'failed', 'quarantined'].includes(state)) this.#stopping.delete(plugin);
  }

  #onEnd(cause: string): void {
    this.#thread = undefined;
    if (this.#isClosed) return;
    const reason = `the supervisor has ended: ${cause}`;
    const now = performance.now();
    if (!this.#isShort(cause, now)) this.#ends = withEnd(this.#ends, now);
    this.#stopped();
    const { ends, periodMs } = intensity;
    if (this.#first.failed(cause)) this.#lose(reason);
    else if (isTooOften(this.#ends)) this.#lose(`${reason}; it ended ${ends} times within ${periodMs / 1000} s`);
    else this.#replace(reason);
  }

  #replace(reason: string): void {
    this.#toState('restarting', reason);
    if (this.#hasBegun) this.#begin();
    else this.#retry = setTimeout(() => this.#begin(), intensity.retryMs);
  }

  /** Whether it could not begin for lack of descriptors, which is retried for a while. */
  #isShort(cause: string, now: number): boolean {
    const before = this.#ends.at(-1);
    if (this.#hasBegun || before === undefined || now - before >= intensity.periodMs) return false;
    return /\bE[MN]FILE\b/.test(cause);
  }

  #lose(reason: string): void {
    this.#running.clear();
    this.#first.givenUp();
    this.#toState('lost', `supervisor: lost: ${reason}`);
  }

  /** Reports the plugins that were being stopped as disabled, because they ended with the supervisor. */
  #stopped(): void {
    for (const plugin of [...this.#stopping]) {
      this.#watch.onEvent({ plugin, type: 'state', state: 'stopping', reason: '' });
      this.#onEvent({ plugin, type: 'state', state: 'disabled', reason: '' });
    }
  }

  #toState(state: SupervisorState, reason: string): void {
    const ends = this.#status.ends + (state === 'running' ? 0 : 1);
    // The thread ends with its supervisor.
    const spareThread = state === 'running' ? this.#status.spareThread : withoutSpare;
    this.#status = { state, reason, ends, since: new Date().toISOString(), spareThread };
    this.#watch.onStatus(this.#status);
  }
}
