// The worker pool of one plugin: its threads, a spare one once a session of it has crashed, and their output.

import type { Worker } from 'node:worker_threads';
import { within } from '@gatehouse/support/deadline';
import { Piscina } from 'piscina';
import { messageOf } from '../../contract/errors.js';
import { hardLimitMb } from '../../contract/memory-guard.js';
import type { LogRecord, SessionStart } from '../../contract/session-contract.js';
import { taskOf, trackTasks } from '../../node-internals/thread-tasks.js';
import { outputOf } from '../../node-internals/worker-output.js';
import { type Standing, whereItStands } from '../diagnosis/stack-sample.js';
import { guarded, unawaited } from '../guarded.js';
import { forEachLine } from './output-lines.js';
import type { RunnerOptions, RunnerPorts, SessionRunner } from './session-runner.js';
import { ThreadEnds } from './thread-ends.js';
import { threadOptions } from './thread-options.js';

/** Workers beyond those that serve, once one has ended unasked, so that the next restart does not wait for a boot. */
const spares = 1;

/** Delay before a spare thread is started after one has ended, in ms. */
const spareMs = 500;

/** The longest wait for threads to end, in ms. */
const destroyMs = 2500;

/**
 * The longest wait for a thread to boot before it is terminated, in ms. On Node 20 a thread that is terminated during
 * its imports leaves about twenty descriptors open. Later versions close them, so there is no wait.
 */
const bootMs = Number(process.versions.node.split('.')[0]) < 22 ? 8000 : 0;

trackTasks();

export class ThreadRunner implements SessionRunner {
  readonly #pool: Piscina;
  readonly #seen = new WeakSet<Worker>();
  /** The workers that are still booting, each with the end of its boot. */
  readonly #booting = new Map<Worker, Promise<void>>();
  readonly #onRecord: (record: LogRecord) => void;
  readonly #ends: ThreadEnds;
  #isOver = false;
  #isRetired = false;
  #spareTimer: NodeJS.Timeout | undefined;
  readonly #threads: number;
  #noThread: (error: Error) => void = () => {};
  /** Rejects once no thread is left in which a session could begin. */
  readonly #barren = new Promise<never>((_, reject) => {
    this.#noThread = reject;
  });

  constructor({ spec, onRecord, zombies }: Omit<RunnerOptions, 'sizes' | 'hookSet'>) {
    this.#onRecord = onRecord;
    this.#ends = new ThreadEnds(zombies);
    const { threads } = spec;
    this.#threads = threads;
    this.#pool = new Piscina({
      filename: new URL('../../bundled/entry.cjs', import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      // With atomics, a worker sleeps between tasks and a plugin's timers would never fire.
      atomics: 'disabled',
      // A task with a signal has its worker to itself. With 1, the pool would consider the worker full before it runs.
      concurrentTasksPerWorker: 2,
      resourceLimits: { maxOldGenerationSizeMb: hardLimitMb(spec.memoryMb) },
      ...threadOptions(spec),
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
      this.#spareSoon();
    };
    this.#pool.on('workerDestroy', guarded('a thread that is told to end', told));
  }

  /** Runs a session on its own worker. The promise is the session's life; aborting the signal terminates its thread. */
  run(start: SessionStart & RunnerPorts, signal: AbortSignal): Promise<void> {
    const life: Promise<void> = this.#pool.run(start, { signal, transferList: [start.control, start.records] });
    // In a pool without threads it would wait forever.
    return Promise.race([life, this.#barren]);
  }

  whereItStands(id: number): Promise<Standing> {
    return whereItStands(this.threadOf(id));
  }

  threadOf(id: number): Worker | undefined {
    return this.#pool.threads.find(({ threadId }) => threadId === id);
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
    this.#pool.options.minThreads = 0;
  }

  /**
   * Terminates all threads. Resolves when all are gone or were given up, including those terminated before.
   *
   * A destroyed pool can start threads again: if a thread that was terminated before outlives all others, its exit
   * makes the pool start its full number. These are terminated too, as soon as the pool reports them.
   */
  async destroy(): Promise<void> {
    this.retire();
    await this.#booted();
    this.#isOver = true;
    const gone = Promise.race([this.#pool.destroy(), this.#ends.allGone()]).then(() => this.#ends.allGone());
    await within(destroyMs, gone, 'its threads did not end').catch((error: Error) =>
      this.#onRecord({ level: 'error', fields: {}, message: error.message }),
    );
  }

  /** Boots a spare thread, unless there is one, some time after a thread has ended: its replacement comes first. */
  #spareSoon(): void {
    clearTimeout(this.#spareTimer);
    if (this.#isRetired || this.#pool.options.maxThreads > this.#threads) return;
    this.#spareTimer = setTimeout(
      guarded('the start of a spare thread', () => this.#addSpare()),
      spareMs,
    ).unref();
  }

  #addSpare(): void {
    const { options } = this.#pool;
    options.maxThreads = this.#threads + spares;
    options.minThreads = options.maxThreads;
    // All threads are taken, so that a task makes the pool start one. The task itself is withdrawn.
    const withdrawn = new AbortController();
    this.#pool.run(undefined, { signal: withdrawn.signal }).catch(() => {});
    withdrawn.abort();
  }

  #idleFailed(error: unknown): void {
    this.#onRecord({ level: 'error', fields: {}, message: `idle worker: ${messageOf(error)}` });
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
    const { stdout, stderr } = outputOf(worker);
    forEachLine(stdout, (message) => this.#onRecord({ level: 'info', fields: { stream: 'stdout' }, message }));
    forEachLine(stderr, (message) => this.#onRecord({ level: 'warn', fields: { stream: 'stderr' }, message }));
  }
}
