// One enabled plugin under supervision: its runner, its sessions, and what happens when one of them ends unasked.

import { setTimeout as pause } from 'node:timers/promises';
import type { PluginState } from '../contract/plugin-state.js';
import type { PluginSpec, SupervisorEvent } from '../contract/supervisor-contract.js';
import { wordsOf } from '../contract/thrown.js';
import { LiveSession, type SessionSurroundings } from './live-session.js';
import { type CrashRecord, crashed, noCrashes, restartDelay } from './restart/backoff.js';
import { type CrashHistory, givenUpFor, noHistory, onTrialFrom, withCrash } from './restart/crash-history.js';
import type { CreateRunner, SessionRunner } from './runners/session-runner.js';
import type { ZombieWatch } from './runners/thread-ends.js';

/** An event without the name of its plugin, which is known here. */
type OwnEvent = SupervisorEvent extends infer E ? (E extends SupervisorEvent ? Omit<E, 'plugin'> : never) : never;

let sessions = 0;

export class SupervisedPlugin {
  readonly #spec: PluginSpec;
  readonly #around: Omit<SessionSurroundings, 'spec' | 'runner'>;
  readonly #createRunner: CreateRunner;
  readonly #emit: (event: OwnEvent) => void;
  readonly #stopped = new AbortController();
  /** The session that serves as each thread, with its id; undefined while there is none. */
  readonly #live: ({ readonly id: number; readonly session: LiveSession } | undefined)[];
  #runner: SessionRunner;
  #running: Promise<void> = Promise.resolve();
  #crashes: CrashRecord = noCrashes;
  #history: CrashHistory;
  /** Settles once nothing is left of a plugin that was given up. */
  #givenUp: Promise<void> | undefined;
  /** Threads without a session that serves. */
  #down = 0;

  constructor(
    spec: PluginSpec,
    around: Omit<SessionSurroundings, 'spec' | 'runner' | 'onRecord'>,
    createRunner: CreateRunner,
    emit: (event: OwnEvent) => void,
  ) {
    this.#createRunner = createRunner;
    this.#spec = spec;
    this.#emit = emit;
    this.#around = { ...around, onRecord: (record) => emit({ type: 'record', record }) };
    this.#live = Array.from({ length: spec.threads }, () => undefined);
    this.#history = spec.onTrial === true ? onTrialFrom(performance.now()) : noHistory;
    this.#runner = this.#openRunner();
  }

  /** Opens a session on each thread. All serve, or none does: then it is false, and nothing is left to be stopped. */
  async start(): Promise<boolean> {
    this.#toState('starting', '');
    const threads = this.#live.map((_, thread) => this.#open(thread));
    const outcomes = await Promise.allSettled(threads);
    if (this.#stopped.signal.aborted) return true;
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) {
      await this.#fail(`could not be started: ${wordsOf(failure.reason)}`);
      return false;
    }
    this.#toState('ready', '');
    this.#running = Promise.all(this.#live.map((_, thread) => this.#keep(thread))).then(
      () => {},
      (error: unknown) => this.#broke(error),
    );
    return true;
  }

  /** Stops all sessions in bounded time, whatever they are doing. Of one that was given up, that has been told. */
  async stop(): Promise<void> {
    if (this.#givenUp !== undefined) return this.#givenUp;
    this.#toState('stopping', '');
    this.#stopped.abort();
    await Promise.all(this.#live.map((live) => live?.session.stop()));
    await this.#destroy(this.#runner);
    await this.#running;
    this.#emit({ type: 'state', state: 'disabled', reason: '' });
  }

  /** Ends a session that failed in its duty; `keep` opens the next one. */
  replace(id: number, reason: string): void {
    void this.#live.find((live) => live?.id === id)?.session.endHung(reason);
  }

  async #fail(reason: string): Promise<void> {
    await this.#discard();
    this.#toState('failed', reason);
  }

  /** A bug of ours in keeping it alive: it fails alone, and the thread that keeps all plugins goes on. */
  #broke(error: unknown): void {
    this.#toState('failed', `could not be kept running: ${wordsOf(error)}`);
    this.#stopped.abort();
    this.#givenUp = this.#discard();
  }

  /** Said before it is done, as nothing may be put to it any more. */
  #giveUp(reason: string): void {
    this.#toState('quarantined', reason);
    this.#stopped.abort();
    this.#givenUp = this.#discard();
  }

  async #discard(): Promise<void> {
    for (const live of this.#live) live?.session.discard();
    await this.#destroy(this.#runner);
  }

  /** Never rejects: what cannot be ended cleanly is told, and its plugin is over all the same. */
  async #destroy(runner: SessionRunner): Promise<void> {
    await runner.destroy().catch((error: unknown) => {
      this.#around.onRecord({ level: 'error', fields: {}, message: `not ended cleanly: ${wordsOf(error)}` });
    });
  }

  /** Opens a session as `thread`; rejects with a readable reason when it does not come to serve. */
  async #open(thread: number): Promise<void> {
    const session = new LiveSession({ ...this.#around, spec: this.#spec, runner: this.#runner });
    const id = ++sessions;
    this.#live[thread] = { id, session };
    try {
      const hooks = await session.open();
      if (this.#stopped.signal.aborted) return;
      const { channel, callPipe, task } = session;
      this.#emit({ type: 'session-opened', thread, session: id, channel, callPipe, task, hooks });
      session.ended.then(({ asked }) => this.#emit({ type: 'session-ended', thread, session: id, crashed: !asked }));
    } catch (error) {
      session.discard();
      await session.ended;
      throw error;
    }
  }

  /** Sees to it that a session serves as `thread` until the plugin is stopped. */
  async #keep(thread: number): Promise<void> {
    const stopped = this.#stopped.signal;
    while (!stopped.aborted) {
      const openedAt = performance.now();
      const end = await this.#live[thread]!.session.ended;
      if (stopped.aborted) return;
      this.#down++;
      await this.#reopen(thread, end.reason, performance.now() - openedAt);
    }
  }

  /** Opens the next session after a crash, with growing waits while that does not work. */
  async #reopen(thread: number, reason: string, livedMs: number): Promise<void> {
    const stopped = this.#stopped.signal;
    this.#crashes = crashed(this.#crashes, livedMs);
    this.#history = withCrash(this.#history, performance.now());
    const tooMuch = givenUpFor(this.#history);
    if (tooMuch !== undefined)
      return this.#giveUp(`${tooMuch}, the last time at ${new Date().toISOString()}: ${reason}`);
    this.#toState('restarting', reason);
    await pause(restartDelay(this.#crashes, Math.random()), undefined, { signal: stopped }).catch(() => {});
    if (stopped.aborted) return;
    try {
      await this.#open(thread);
      this.#down--;
      if (this.#down === 0) this.#toState('ready', `restarted after: ${reason}`);
    } catch (error) {
      if (stopped.aborted) return;
      // A pool whose worker failed while booting heals no more; a new one costs little.
      if (this.#spec.threads === 1) await this.#renewRunner();
      if (stopped.aborted) return;
      await this.#reopen(thread, `could not be restarted: ${wordsOf(error)}`, 0);
    }
  }

  async #renewRunner(): Promise<void> {
    const old = this.#runner;
    this.#runner = this.#openRunner();
    await this.#destroy(old);
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
    return this.#createRunner({ spec: this.#spec, sizes: this.#around.sizes, onRecord, zombies });
  }

  /** From when it is stopped, only `stop` says how that goes, whatever is still under way. */
  #toState(state: PluginState, reason: string): void {
    if (this.#stopped.signal.aborted) return;
    this.#emit({ type: 'state', state, reason });
  }
}
