// The worker pool of one plugin: its threads, one spare that is booted already, and what they print.

import type { Worker } from 'node:worker_threads';
import { within } from '@gatehouse/support/deadline';
import { Piscina } from 'piscina';
import { messageOf } from '../../contract/errors.js';
import { hardLimitMb } from '../../contract/memory-guard.js';
import type { LogRecord, SessionStart } from '../../contract/session-contract.js';
import { taskOf, trackTasks } from '../../node-internals/thread-tasks.js';
import { outputOf } from '../../node-internals/worker-output.js';
import { type Standing, whereItStands } from '../diagnosis/stack-sample.js';
import { forEachLine } from './output-lines.js';
import type { RunnerOptions, RunnerPorts, SessionRunner } from './session-runner.js';
import { ThreadEnds } from './thread-ends.js';
import { threadOptions } from './thread-options.js';

/** Workers beyond those that serve, so that a restart need not wait for one to boot. */
const spares = 1;

/** The longest wait for threads that are still booting to end, in ms. */
const destroyMs = 2500;

trackTasks();

export class ThreadRunner implements SessionRunner {
  readonly #pool: Piscina;
  readonly #seen = new WeakSet<Worker>();
  readonly #onRecord: (record: LogRecord) => void;
  readonly #ends: ThreadEnds;
  #isOver = false;

  constructor({ spec, onRecord, zombies }: Omit<RunnerOptions, 'sizes'>) {
    this.#onRecord = onRecord;
    this.#ends = new ThreadEnds(zombies);
    const threads = spec.threads + spares;
    this.#pool = new Piscina({
      filename: new URL('../../session/entry.cjs', import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      // With atomics, a worker sleeps between tasks and a plugin's timers would never fire.
      atomics: 'disabled',
      // A task with a signal has its worker to itself; with 1, the pool would take the worker for full before it runs.
      concurrentTasksPerWorker: 2,
      resourceLimits: { maxOldGenerationSizeMb: hardLimitMb(spec.memoryMb) },
      ...threadOptions(spec),
    });
    // Without a listener a throw in an idle worker would end the process.
    this.#pool.on('error', (error: unknown) => this.#onIdleError(error));
    this.#pool.on('workerCreate', () => (this.#isOver ? this.#destroyPool() : this.#takeInNew()));
    this.#pool.on('workerDestroy', ({ id }: { readonly id: number }) => this.#ends.told(id));
  }

  /** Runs a session on a worker of its own. The promise is the session's life; aborting the signal ends its thread. */
  run(start: SessionStart & RunnerPorts, signal: AbortSignal): Promise<void> {
    return this.#pool.run(start, { signal, transferList: [start.control, start.records] });
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

  /** A thread shares its memory. */
  callPipeOf(): undefined {}

  /**
   * Ends all threads. Resolves when they are gone, those that were ended before as well, or were given up.
   *
   * A destroyed pool is not dead: when a thread that was ended before takes longer to go than all others, its exit makes
   * the pool start as many anew as it is to have. These are ended too, as soon as the pool tells of them.
   */
  async destroy(): Promise<void> {
    this.#isOver = true;
    const gone = Promise.race([this.#pool.destroy(), this.#ends.allGone()]).then(() => this.#ends.allGone());
    await within(destroyMs, gone, 'its threads did not end').catch((error: Error) =>
      this.#onRecord({ level: 'error', fields: {}, message: error.message }),
    );
  }

  #destroyPool(): void {
    this.#pool.destroy().catch((error: unknown) => this.#onIdleError(error));
  }

  #onIdleError(error: unknown): void {
    this.#onRecord({ level: 'error', fields: {}, message: `idle worker: ${messageOf(error)}` });
  }

  /** The pool tells that there is a new worker, and not which. */
  #takeInNew(): void {
    for (const worker of this.#pool.threads) {
      if (this.#seen.has(worker)) continue;
      this.#seen.add(worker);
      this.#ends.add(worker.threadId, worker);
      this.#readOutput(worker);
    }
  }

  /** Turns what the worker prints into log lines, which piscina has no option for. */
  #readOutput(worker: Worker): void {
    const { stdout, stderr } = outputOf(worker);
    forEachLine(stdout, (message) => this.#onRecord({ level: 'info', fields: { stream: 'stdout' }, message }));
    forEachLine(stderr, (message) => this.#onRecord({ level: 'warn', fields: { stream: 'stderr' }, message }));
  }
}
