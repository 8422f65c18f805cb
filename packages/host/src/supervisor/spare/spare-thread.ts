// A booted thread without a session: it becomes that of one plugin, for one session, and ends with it.

import type { Worker } from 'node:worker_threads';
import { within } from '@gatehouse/support/deadline';
import type { LogRecord, SessionStart } from '../../contract/session-contract.js';
import type { SpareTask } from '../../contract/thread-contract.js';
import type { RunnerOptions, RunnerPorts } from '../runners/session-runner.js';
import type { ZombieWatch } from '../runners/thread-ends.js';
import { threadOptions, threadStartOf } from '../runners/thread-options.js';
import { ThreadPool } from '../runners/thread-pool.js';
import { reachOf, type SparePlan } from './plan.js';

/** The longest wait for a thread that boots, and for one that gives up its permissions, in ms. */
const bootMs = 10_000;
const narrowMs = 1000;

/** The plugin that takes it. */
export type Taker = Pick<RunnerOptions, 'spec' | 'onRecord' | 'zombies'>;

/** Nobody counts a zombie before it is a plugin's, and nothing that it prints is anybody's. */
const nobody = { onRecord: (_: LogRecord) => {}, zombies: { zombie() {}, buried() {} } satisfies ZombieWatch };

export class SpareThread {
  readonly #pool: ThreadPool;
  #owner: Pick<Taker, 'onRecord' | 'zombies'> = nobody;
  #isEnded = false;
  #gone: (error: Error) => void = () => {};
  /** Rejects when it ends. */
  readonly #ended = new Promise<never>((_, reject) => {
    this.#gone = reject;
  });

  /** Begins to boot. `onEnd` is called at its end, whatever causes it. */
  constructor({ memoryMb, thread, reach }: SparePlan, onEnd: () => void) {
    const { workerData, ...rest } = threadOptions({ name: '', thread });
    const spare = { gatehouse: { ...workerData.gatehouse, spare: reach } };
    this.#pool = new ThreadPool({
      threads: 1,
      memoryMb,
      options: { ...rest, workerData: spare },
      onRecord: (record) => this.#owner.onRecord(record),
      zombies: {
        zombie: (id) => this.#owner.zombies.zombie(id),
        buried: (id, afterMs) => this.#owner.zombies.buried(id, afterMs),
      },
      onEnd: () => {
        this.#isEnded = true;
        this.#gone(new Error('the thread has ended'));
        onEnd();
      },
    });
    this.#ended.catch(() => {});
    // A thread in its place would have all permissions again.
    this.#pool.keep(0);
    this.#pool.allow(0);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get threads(): readonly Worker[] {
    return this.#pool.threads;
  }

  /** Resolves once it has booted, with whether this Node can narrow it. */
  async booted(): Promise<boolean> {
    return (await this.#ask(bootMs, { spare: 'look' }, 'it does not boot')) === true;
  }

  /** Makes it the plugin's. Rejects if it cannot be narrowed to what the plugin may do; it must be destroyed then. */
  async become({ spec, onRecord, zombies }: Taker): Promise<void> {
    const task = { spare: 'become', start: threadStartOf(spec), reach: reachOf(spec.thread) } as const;
    await this.#ask(narrowMs, task, 'it does not answer');
    this.#owner = { onRecord, zombies };
  }

  /** Runs its one session. Whoever runs it destroys it afterwards. */
  async run(start: SessionStart & RunnerPorts, signal: AbortSignal): Promise<void> {
    if (this.#isEnded) throw new Error('its thread has ended before its session');
    // From here on the pool rejects with the cause of its end.
    return this.#pool.run(start, signal);
  }

  #ask(ms: number, task: SpareTask, late: string): Promise<unknown> {
    return within(ms, Promise.race([this.#pool.ask(task), this.#ended]), late);
  }

  destroy(): Promise<void> {
    return this.#pool.destroy();
  }
}
