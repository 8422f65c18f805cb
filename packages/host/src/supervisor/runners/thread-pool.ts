// A pool of threads that run sessions: their boots, their ends and their output.

import type { Worker } from 'node:worker_threads';
import { within } from '@gatehouse/support/deadline';
import { Piscina } from 'piscina';
import { messageOf } from '../../contract/errors.js';
import { hardLimitMb } from '../../contract/memory-guard.js';
import type { LogRecord, SessionStart } from '../../contract/session-contract.js';
import type { SpareTask } from '../../contract/thread-contract.js';
import { trackTasks } from '../../node-internals/thread-tasks.js';
import { outputOf } from '../../node-internals/worker-output.js';
import { guarded, unawaited } from '../guarded.js';
import { forEachLine } from './output-lines.js';
import type { RunnerPorts } from './session-runner.js';
import { ThreadEnds, type ZombieWatch } from './thread-ends.js';
import type { ThreadOptions } from './thread-options.js';

/** The longest wait for threads to end, in ms. */
const destroyMs = 2500;

/**
 * The longest wait for a thread to boot before it is terminated, in ms. On Node 20 a thread that is terminated during
 * its imports leaves about twenty descriptors open. Later versions close them, so there is no wait.
 */
const bootMs = Number(process.versions.node.split('.')[0]) < 22 ? 8000 : 0;

trackTasks();

export interface PoolSettings {
  readonly threads: number;
  readonly memoryMb: number;
  readonly options: ThreadOptions;
  readonly onRecord: (record: LogRecord) => void;
  readonly zombies: ZombieWatch;
  /** A thread has ended or is told to. Called before the pool replaces it. */
  readonly onEnd: () => void;
}

export class ThreadPool {
  readonly #pool: Piscina;
  readonly #seen = new WeakSet<Worker>();
  /** The workers that are still booting, each with the end of its boot. */
  readonly #booting = new Map<Worker, Promise<void>>();
  readonly #settings: PoolSettings;
  readonly #ends: ThreadEnds;
  #isOver = false;
  #noThread: (error: Error) => void = () => {};
  /** Rejects once no thread is left in which a session could begin. */
  readonly #barren = new Promise<never>((_, reject) => {
    this.#noThread = reject;
  });

  constructor(settings: PoolSettings) {
    this.#settings = settings;
    this.#ends = new ThreadEnds(settings.zombies);
    const { threads, memoryMb, options } = settings;
    this.#pool = new Piscina({
      filename: new URL('../../bundled/entry.cjs', import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      // With atomics, a worker sleeps between tasks and a plugin's timers would never fire.
      atomics: 'disabled',
      // A task with a signal has its worker to itself. With 1, the pool would consider the worker full before it runs.
      concurrentTasksPerWorker: 2,
      // A thread that waits for its session is not ended for that.
      idleTimeout: Number.POSITIVE_INFINITY,
      resourceLimits: { maxOldGenerationSizeMb: hardLimitMb(memoryMb) },
      ...options,
    });
    this.#barren.catch(() => {});
    // Without a listener a throw in an idle worker would end the process.
    this.#pool.on(
      'error',
      guarded('a report of a pool', (error: unknown) => this.#idleFailed(error)),
    );
    this.#pool.on(
      'workerCreate',
      guarded('a thread that is new', () => this.#created()),
    );
    const told = ({ id }: { readonly id: number }) => {
      this.#ends.told(id);
      settings.onEnd();
    };
    this.#pool.on('workerDestroy', guarded('a thread that is told to end', told));
  }

  get threads(): readonly Worker[] {
    return this.#pool.threads;
  }

  /** Sets the number of threads that are replaced when they end. */
  keep(threads: number): void {
    this.#pool.options.minThreads = threads;
  }

  /** Sets the number of threads that may be started. */
  allow(threads: number): void {
    this.#pool.options.maxThreads = threads;
  }

  /** Runs a session on its own worker. The promise is the session's life; aborting the signal terminates its thread. */
  run(start: SessionStart & RunnerPorts, signal: AbortSignal): Promise<void> {
    const life: Promise<void> = this.#pool.run(start, { signal, transferList: [start.control, start.records] });
    // In a pool without threads it would wait forever.
    return Promise.race([life, this.#barren]);
  }

  /** Runs a task of a spare thread. */
  ask(task: SpareTask): Promise<unknown> {
    return Promise.race([this.#pool.run(task), this.#barren]);
  }

  /** Starts a thread for a task that is withdrawn. All threads are taken. */
  startOne(): void {
    const withdrawn = new AbortController();
    this.#pool.run(undefined, { signal: withdrawn.signal }).catch(() => {});
    withdrawn.abort();
  }

  /**
   * Terminates all threads. Resolves when all are gone or were given up, including those terminated before.
   *
   * A destroyed pool can start threads again: if a thread that was terminated before outlives all others, its exit
   * makes the pool start its full number. These are terminated too, as soon as the pool reports them.
   */
  async destroy(): Promise<void> {
    this.keep(0);
    await this.#booted();
    this.#isOver = true;
    const gone = Promise.race([this.#pool.destroy(), this.#ends.allGone()]).then(() => this.#ends.allGone());
    await within(destroyMs, gone, 'its threads did not end').catch((error: Error) =>
      this.#settings.onRecord({ level: 'error', fields: {}, message: error.message }),
    );
  }

  #idleFailed(error: unknown): void {
    this.#settings.onRecord({ level: 'error', fields: {}, message: `idle worker: ${messageOf(error)}` });
    if (this.#pool.threads.length === 0) this.#noThread(new Error(`no thread could be started: ${messageOf(error)}`));
  }

  #created(): void {
    this.#takeInNew();
    if (this.#isOver) unawaited('the end of a thread', this.#pool.destroy());
  }

  #boots(worker: Worker): void {
    const booted = new Promise<void>((resolve) => {
      worker.on('message', (message: unknown) => message === 'loaded' && resolve());
      worker.once('exit', () => resolve());
    });
    this.#booting.set(worker, booted);
    unawaited(
      'the boot of a thread',
      booted.then(() => this.#booting.delete(worker)),
    );
  }

  /** Resolves once no thread is booting any more, within a bound. */
  async #booted(): Promise<void> {
    // The pool reports a replacement late.
    this.#takeInNew();
    await within(bootMs, Promise.all(this.#booting.values()), 'a thread still boots').catch(() => {});
  }

  /** Finds the new workers, because the pool reports only that there is one. */
  #takeInNew(): void {
    for (const worker of this.#pool.threads) {
      if (this.#seen.has(worker)) continue;
      this.#seen.add(worker);
      this.#boots(worker);
      this.#ends.add(worker.threadId, worker);
      this.#readOutput(worker);
    }
  }

  /** Turns the worker's output into log lines, for which piscina has no option. */
  #readOutput(worker: Worker): void {
    const { onRecord } = this.#settings;
    const { stdout, stderr } = outputOf(worker);
    forEachLine(stdout, (message) => onRecord({ level: 'info', fields: { stream: 'stdout' }, message }));
    forEachLine(stderr, (message) => onRecord({ level: 'warn', fields: { stream: 'stderr' }, message }));
  }
}
