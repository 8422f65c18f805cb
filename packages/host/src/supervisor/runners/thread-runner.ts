// The threads of one plugin: those of its pool, and those that it took from what all plugins share. Where it can take
// none, its pool has a spare one once a session of it has crashed.

import type { Worker } from 'node:worker_threads';
import type { SessionStart } from '../../contract/session-contract.js';
import type { PluginSpec } from '../../contract/supervisor-contract.js';
import { taskOf } from '../../node-internals/thread-tasks.js';
import { type Standing, whereItStands } from '../diagnosis/stack-sample.js';
import { guarded, unawaited } from '../guarded.js';
import type { SharedSpare } from '../spare/shared-spare.js';
import type { SpareThread } from '../spare/spare-thread.js';
import type { RunnerOptions, RunnerPorts, SessionRunner } from './session-runner.js';
import { threadOptions } from './thread-options.js';
import { ThreadPool } from './thread-pool.js';

/** Delay before a spare thread is started after one has ended, in ms: its replacement comes first. */
const spareMs = 500;

export class ThreadRunner implements SessionRunner {
  readonly #options: Omit<RunnerOptions, 'sizes' | 'hookSet'>;
  readonly #spec: PluginSpec;
  readonly #pool: ThreadPool;
  readonly #shared: SharedSpare | undefined;
  /** The threads that it took, as long as they have a session. */
  readonly #taken = new Set<SpareThread>();
  /** What is under way, for `destroy`. */
  readonly #ending = new Set<Promise<void>>();
  /** Number of sessions on threads of its pool. */
  #serving = 0;
  #hasLost = false;
  #hasOwnSpare = false;
  #isRetired = false;
  #spareTimer: NodeJS.Timeout | undefined;

  constructor(options: Omit<RunnerOptions, 'sizes' | 'hookSet'>, shared?: SharedSpare) {
    this.#options = options;
    this.#shared = shared;
    const { spec, onRecord, zombies } = options;
    this.#spec = spec;
    const { threads, memoryMb } = spec;
    const onEnd = () => this.#lost();
    this.#pool = new ThreadPool({ threads, memoryMb, options: threadOptions(spec), onRecord, zombies, onEnd });
    shared?.join(this, spec);
  }

  /**
   * Runs a session on its own thread, which after a crash is the shared spare one if that is ready. The promise is the
   * session's life; aborting the signal terminates its thread.
   */
  async run(start: SessionStart & RunnerPorts, signal: AbortSignal): Promise<void> {
    const spare = this.#hasLost && this.#idle <= 0 ? await this.#takeShared() : undefined;
    return spare === undefined ? this.#runOnOwn(start, signal) : this.#runOn(spare, start, signal);
  }

  async #runOnOwn(start: SessionStart & RunnerPorts, signal: AbortSignal): Promise<void> {
    this.#keep(this.#own);
    this.#serving++;
    try {
      // The result is passed on, because null stands for a thread that threw null.
      return await this.#pool.run(start, signal);
    } finally {
      this.#serving--;
    }
  }

  async #runOn(spare: SpareThread, start: SessionStart & RunnerPorts, signal: AbortSignal): Promise<void> {
    try {
      return await spare.run(start, signal);
    } finally {
      this.#taken.delete(spare);
      this.#end(spare.destroy());
      if (!this.#isRetired && !this.#isReady) this.#bootNext();
    }
  }

  /** Resolves with the shared spare thread if there is one for this plugin, which is counted as taken then. */
  #takeShared(): Promise<SpareThread | undefined> {
    const taking = this.#take();
    this.#end(taking.then(() => {}));
    return taking;
  }

  async #take(): Promise<SpareThread | undefined> {
    const spare = await this.#shared?.take(this.#options);
    if (spare === undefined) return undefined;
    this.#taken.add(spare);
    // Meanwhile it was stopped, so nobody else ends the thread.
    if (this.#isRetired) await spare.destroy();
    return spare;
  }

  /** Boots the thread of the next session while that waits for its restart. */
  #bootNext(): void {
    this.#keep(this.#own);
    if (this.#idle <= 0) this.#pool.startOne();
  }

  whereItStands(id: number): Promise<Standing> {
    return whereItStands(this.threadOf(id));
  }

  threadOf(id: number): Worker | undefined {
    const all = [...this.#pool.threads, ...[...this.#taken].flatMap(({ threads }) => threads)];
    return all.find(({ threadId }) => threadId === id);
  }

  taskOf(id: number): string | undefined {
    const worker = this.threadOf(id);
    return worker && taskOf(worker);
  }

  /** Returns undefined, because a thread shares its memory. */
  callPipeOf(): undefined {}

  retire(): void {
    this.#isRetired = true;
    clearTimeout(this.#spareTimer);
    this.#pool.keep(0);
    this.#shared?.leave(this);
  }

  /** Terminates all threads. Resolves when all are gone or were given up, including those terminated before. */
  async destroy(): Promise<void> {
    this.retire();
    for (const spare of this.#taken) this.#end(spare.destroy());
    await Promise.all([this.#pool.destroy(), ...this.#ending]);
  }

  /** Counts it among what `destroy` waits for. */
  #end(end: Promise<void>): void {
    this.#ending.add(end);
    const forget = () => this.#ending.delete(end);
    unawaited('the end of a thread that was a spare one', end.finally(forget));
  }

  /** Number of threads of its pool without a session, those that boot included. */
  get #idle(): number {
    return this.#pool.threads.length - this.#serving;
  }

  /** Whether the shared thread is there for the next session. */
  get #isReady(): boolean {
    return !this.#hasOwnSpare && this.#shared?.isReadyFor(this.#spec) === true;
  }

  /** Number of sessions that its own pool has threads for. */
  get #own(): number {
    return this.#spec.threads - this.#taken.size;
  }

  #keep(threads: number): void {
    if (!this.#isRetired) this.#pool.keep(threads + (this.#hasOwnSpare ? 1 : 0));
  }

  /** A thread of its pool has ended, or is told to. Nothing replaces it if the next session takes the shared one. */
  #lost(): void {
    this.#hasLost = true;
    if (this.#isRetired) return;
    this.#keep(this.#isReady ? this.#own - 1 : this.#own);
    if (this.#shared?.covers(this.#spec) !== true) this.#spareSoon();
  }

  /** Boots a spare thread of its own, unless there is one, some time after a thread has ended. */
  #spareSoon(): void {
    clearTimeout(this.#spareTimer);
    if (this.#hasOwnSpare) return;
    this.#spareTimer = setTimeout(
      guarded('the start of a spare thread', () => this.#addSpare()),
      spareMs,
    ).unref();
  }

  #addSpare(): void {
    this.#hasOwnSpare = true;
    this.#pool.allow(this.#spec.threads + 1);
    this.#keep(this.#own);
    if (this.#idle === 0) this.#pool.startOne();
  }
}
