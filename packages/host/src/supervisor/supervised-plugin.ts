// One enabled plugin under supervision: its runner, its sessions, and the restart of a session that ends unasked.

import { setTimeout as pause } from 'node:timers/promises';
import { hasHook } from '@gatehouse/plugin-api/hooks';
import { lacksDescriptors } from '@gatehouse/support/shortage';
import { sentHookSet } from '../contract/hook-set.js';
import type { PluginState } from '../contract/plugin-state.js';
import type { PluginSpec, SupervisorEvent } from '../contract/supervisor-contract.js';
import { wordsOf } from '../contract/thrown.js';
import { unawaited } from './guarded.js';
import { LiveSession, type SessionSurroundings } from './live-session.js';
import { type CrashRecord, crashed, noCrashes, restartDelay } from './restart/backoff.js';
import { type CrashHistory, givenUpFor, onTrialUntil, withCrash } from './restart/crash-history.js';
import { RenewedRunner } from './runners/renewed-runner.js';
import type { CreateRunner, SessionRunner } from './runners/session-runner.js';
import type { ZombieWatch } from './runners/thread-ends.js';
import { StartTurns, type Urgency } from './start-turns.js';

/** An event without the name of its plugin, which is added later. */
type OwnEvent = SupervisorEvent extends infer E ? (E extends SupervisorEvent ? Omit<E, 'plugin'> : never) : never;

/** The parts that all plugins of a supervisor share. `life` is the number of supervisors before this one. */
export type PluginSurroundings = Omit<SessionSurroundings, 'spec' | 'runner' | 'onRecord'> & { readonly life: number };

interface Live {
  readonly id: number;
  readonly session: LiveSession;
  readonly runner: SessionRunner;
}

/** The wait before another try while the process cannot start anything, in ms. */
const shortageMs = 500;

/** All plugins of this thread share the cores. */
const turns = new StartTurns();

let sessions = 0;

export class SupervisedPlugin {
  readonly #spec: PluginSpec;
  readonly #life: number;
  readonly #around: Omit<SessionSurroundings, 'spec' | 'runner'>;
  readonly #createRunner: CreateRunner;
  readonly #emit: (event: OwnEvent) => void;
  readonly #stopped = new AbortController();
  /** By thread: the session that serves as it; undefined while there is none. */
  readonly #live: (Live | undefined)[];
  readonly #runner: RenewedRunner;
  #running: Promise<void> = Promise.resolve();
  #crashes: CrashRecord = noCrashes;
  #history: CrashHistory;
  /** The hooks that it last implemented. */
  #hooks: readonly string[] | undefined;
  /** Settles once the threads of a plugin that was given up are gone. */
  #givenUp: Promise<void> | undefined;
  /** Number of threads without a session that serves. */
  #down = 0;

  constructor(
    spec: PluginSpec,
    { life, ...around }: PluginSurroundings,
    createRunner: CreateRunner,
    emit: (event: OwnEvent) => void,
  ) {
    this.#createRunner = createRunner;
    this.#spec = spec;
    this.#life = life;
    this.#emit = emit;
    this.#around = { ...around, onRecord: (record) => emit({ type: 'record', record }) };
    this.#live = Array.from({ length: spec.threads }, () => undefined);
    this.#history = onTrialUntil(performance.now() + (spec.trialMs ?? 0));
    this.#hooks = spec.hooks?.filter((name) => hasHook(around.hooks, name));
    this.#runner = new RenewedRunner(
      () => this.#openRunner(),
      // Its plugin has ended all the same.
      (error) => this.#around.onRecord({ level: 'error', fields: {}, message: `not ended cleanly: ${wordsOf(error)}` }),
    );
  }

  /**
   * Opens a session on each thread. Either all serve, or none does: then it returns false, and nothing is left to stop.
   * A plugin that was interrupted has proved that it can start, so it is restarted until it succeeds.
   */
  async start(): Promise<boolean> {
    const { interruptedBy } = this.#spec;
    if (interruptedBy !== undefined) {
      this.#down = this.#live.length;
      this.#run(async (thread) => this.#reopen(thread, interruptedBy));
      return true;
    }
    this.#toState('starting', '');
    const urgency = this.#spec.isAwaited === true ? 'awaited' : this.#isGuard ? 'usual' : 'later';
    const outcomes = await Promise.allSettled(this.#live.map((_, thread) => this.#open(thread, urgency)));
    if (this.#stopped.signal.aborted) return true;
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) {
      await this.#fail(`could not be started: ${wordsOf(failure.reason)}`);
      return false;
    }
    this.#toState('ready', '');
    this.#run(async () => {});
    return true;
  }

  /** Stops all sessions in bounded time. Emits no state for a plugin that was given up, whose last state stands. */
  async stop(): Promise<void> {
    if (this.#givenUp !== undefined) return this.#givenUp;
    this.#toState('stopping', '');
    this.#stopped.abort();
    this.#runner.retire();
    await Promise.all(this.#live.map((live) => live?.session.stop()));
    await this.#runner.destroy();
    await this.#running;
    this.#emit({ type: 'state', state: 'disabled', reason: '' });
  }

  /** Kills a session that failed in its duty. `#keep` opens the next one. */
  replace(id: number, reason: string): void {
    const session = this.#live.find((live) => live?.id === id)?.session;
    if (session !== undefined) unawaited('the end of a session that hangs', session.endHung(reason));
  }

  /** Keeps a session on each thread, once `begin` has resolved for it. */
  #run(begin: (thread: number) => Promise<void>): void {
    const kept = this.#live.map((_, thread) => begin(thread).then(() => this.#keep(thread)));
    this.#running = Promise.all(kept).then(
      () => {},
      (error: unknown) => this.#broke(error),
    );
  }

  async #fail(reason: string): Promise<void> {
    await this.#discard();
    this.#toState('failed', reason);
  }

  /** Handles a bug of ours in keeping it alive: only this plugin fails, and the thread of all plugins goes on. */
  #broke(error: unknown): void {
    this.#toState('failed', `could not be kept running: ${wordsOf(error)}`);
    this.#stopped.abort();
    this.#givenUp = this.#discard();
  }

  /** Gives the plugin up. The state is emitted first, because nothing may be put to the plugin any more. */
  #giveUp(reason: string): void {
    this.#toState('quarantined', reason);
    this.#stopped.abort();
    this.#givenUp = this.#discard();
  }

  async #discard(): Promise<void> {
    this.#runner.retire();
    for (const live of this.#live) live?.session.discard();
    await this.#runner.destroy();
  }

  /** Whether messages may wait for it. True if unknown. */
  get #isGuard(): boolean {
    return this.#hooks?.some((hook) => this.#around.hooks.rows[hook]?.kind === 'gate') ?? true;
  }

  /**
   * Opens a session as `thread` at its turn, from which its start limit is counted. Rejects with a readable reason if
   * it does not get to serve.
   */
  #open(thread: number, urgency: Urgency): Promise<void> {
    return turns.run(urgency, this.#stopped.signal, () => this.#openNow(thread));
  }

  async #openNow(thread: number): Promise<void> {
    const runner = this.#runner.current;
    const session = new LiveSession({ ...this.#around, spec: this.#spec, runner });
    const id = this.#life * 2 ** 32 + ++sessions;
    this.#live[thread] = { id, session, runner };
    try {
      const hooks = await session.open();
      this.#hooks = hooks;
      if (this.#stopped.signal.aborted) return;
      const { channel, callPipe, task } = session;
      this.#emit({ type: 'session-opened', thread, session: id, channel, callPipe, task, hooks });
      const told = session.ended.then(({ asked }) =>
        this.#emit({ type: 'session-ended', thread, session: id, crashed: !asked }),
      );
      unawaited('the news of the end of a session', told);
    } catch (error) {
      session.discard();
      await session.ended;
      throw error;
    }
  }

  /** Keeps a session serving as `thread` until the plugin is stopped. */
  async #keep(thread: number): Promise<void> {
    const stopped = this.#stopped.signal;
    while (!stopped.aborted) {
      const openedAt = performance.now();
      const end = await this.#live[thread]!.session.ended;
      if (stopped.aborted) return;
      this.#down++;
      if (this.#isTooMuch(end.reason, performance.now() - openedAt)) return;
      await this.#reopen(thread, end.reason);
    }
  }

  /** Counts a crash. Gives the plugin up if that was one too many. */
  #isTooMuch(reason: string, livedMs: number): boolean {
    this.#crashes = crashed(this.#crashes, livedMs);
    this.#history = withCrash(this.#history, performance.now());
    const tooMuch = givenUpFor(this.#history);
    if (tooMuch === undefined) return false;
    this.#giveUp(`${tooMuch}, the last time at ${new Date().toISOString()}: ${reason}`);
    return true;
  }

  /** Opens the next session of a thread, with growing waits while that fails. */
  async #reopen(thread: number, reason: string): Promise<void> {
    const stopped = this.#stopped.signal;
    for (let why = reason; ; ) {
      this.#toState('restarting', why);
      await pause(restartDelay(this.#crashes, Math.random()), undefined, { signal: stopped }).catch(() => {});
      if (stopped.aborted) return;
      try {
        await this.#open(thread, this.#isGuard ? 'awaited' : 'usual');
        if (--this.#down === 0) this.#toState('ready', `restarted after: ${why}`);
        return;
      } catch (error) {
        why = `could not be restarted: ${wordsOf(error)}`;
      }
      if (stopped.aborted) return;
      // A pool whose worker failed during its boot does not recover. A new one costs little.
      this.#runner.renew(this.#runnersInUse(thread));
      // No plugin can start now, so it is not a fault of this one.
      if (lacksDescriptors()) await pause(shortageMs, undefined, { signal: stopped }).catch(() => {});
      else if (this.#isTooMuch(why, 0)) return;
    }
  }

  /** Returns the runners in which threads other than this one have their sessions. */
  #runnersInUse(thread: number): ReadonlySet<SessionRunner> {
    return new Set(this.#live.flatMap((live, other) => (live === undefined || other === thread ? [] : [live.runner])));
  }

  #openRunner(): SessionRunner {
    const { onRecord } = this.#around;
    const warn = (message: string) => onRecord({ level: 'warn', fields: {}, message });
    const isProcess = this.#spec.thread.isolation === 'process';
    const what = isProcess ? 'process' : 'thread';
    const zombies: ZombieWatch = {
      zombie: (id) => {
        warn(`its ${what} ${id} could not be ended, and may take a core and memory until it does`);
        this.#emit({ type: 'zombie', by: 1 });
      },
      buried: (id, afterMs) => {
        warn(`its ${what} ${id} has ended after all, ${Math.round(afterMs)} ms after it was told to`);
        this.#emit({ type: 'zombie', by: -1 });
      },
    };
    const hookSet = sentHookSet(this.#around.hooks);
    return this.#createRunner({ spec: this.#spec, hookSet, sizes: this.#around.sizes, onRecord, zombies });
  }

  /** Emits a state. Once it is stopped, only `stop` emits states, whatever is still under way. */
  #toState(state: PluginState, reason: string): void {
    if (this.#stopped.signal.aborted) return;
    this.#emit({ type: 'state', state, reason });
  }
}
