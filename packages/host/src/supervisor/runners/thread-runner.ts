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
import { guarded, unawaited } from '../guarded.js';
import { forEachLine } from './output-lines.js';
import type { RunnerOptions, RunnerPorts, SessionRunner } from './session-runner.js';
import { ThreadEnds } from './thread-ends.js';
import { threadOptions } from './thread-options.js';

/** Workers beyond those that serve, so that a restart need not wait for one to boot. */
const spares = 1;

/** The longest wait for threads to end, in ms. */
const destroyMs = 2500;

/**
 * The longest wait for a thread to boot before it is ended, in ms. On Node 20 one that is ended while it imports leaves
 * some twenty descriptors open; later ones close them, and nothing is to be waited for.
 */
const bootMs = Number(process.versions.node.split('.')[0]) < 22 ? 8000 : 0;

trackTasks();

export class ThreadRunner implements SessionRunner {
  readonly #pool: Piscina;
  readonly #seen = new WeakSet<Worker>();
  /** Those that are still booting, with the end of that. */
  readonly #booting = new Map<Worker, Promise<void>>();
  readonly #onRecord: (record: LogRecord) => void;
  readonly #ends: ThreadEnds;
  #isOver = false;
  #noThread: (error: Error) => void = () => {};
  /** Rejects once no thread is left that a session could begin in. */
  readonly #barren = new Promise<never>((_, reject) => {
    this.#noThread = reject;
  });

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
    const told = ({ id }: { readonly id: number }) => this.#ends.told(id);
    this.#pool.on('workerDestroy', guarded('a thread that is told to end', told));
  }

  /** Runs a session on a worker of its own. The promise is the session's life; aborting the signal ends its thread. */
  run(start: SessionStart & RunnerPorts, signal: AbortSignal): Promise<void> {
    const life: Promise<void> = this.#pool.run(start, { signal, transferList: [start.control, start.records] });
    // A pool without threads keeps it waiting.
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

  /** A thread shares its memory. */
  callPipeOf(): undefined {}

  retire(): void {
    this.#pool.options.minThreads = 0;
  }

  /**
   * Ends all threads. Resolves when they are gone, those that were ended before as well, or were given up.
   *
   * A destroyed pool is not dead: when a thread that was ended before takes longer to go than all others, its exit makes
   * the pool start as many anew as it is to have. These are ended too, as soon as the pool tells of them.
   */
  async destroy(): Promise<void> {
    await this.#booted();
    this.#isOver = true;
    const gone = Promise.race([this.#pool.destroy(), this.#ends.allGone()]).then(() => this.#ends.allGone());
    await within(destroyMs, gone, 'its threads did not end').catch((error: Error) =>
      this.#onRecord({ level: 'error', fields: {}, message: error.message }),
    );
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
    // The pool tells late of one that takes another's place.
    this.#takeInNew();
    await within(bootMs, Promise.all(this.#booting.values()), 'a thread still boots').catch(() => {});
  }

  /** The pool tells that there is a new worker, and not which. */
  #takeInNew(): void {
    for (const worker of this.#pool.threads) {
      if (this.#seen.has(worker)) continue;
      this.#seen.add(worker);
      this.#boots(worker);
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
