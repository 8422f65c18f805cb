// The processes of one plugin: each session has its own, and a spare one is already booted.

import process from 'node:process';
import type { ChannelSizes } from '../../channel/index.js';
import type { CallPipeHandle } from '../../channel/pipe/index.js';
import type { SentHookSet } from '../../contract/hook-set.js';
import type { LogRecord, SessionStart } from '../../contract/session-contract.js';
import type { PluginSpec } from '../../contract/supervisor-contract.js';
import type { Standing } from '../../supervisor/diagnosis/stack-sample.js';
import { guarded } from '../../supervisor/guarded.js';
import type { RunnerOptions, RunnerPorts, SessionRunner } from '../../supervisor/runners/session-runner.js';
import { ThreadEnds } from '../../supervisor/runners/thread-ends.js';
import { PluginProcess } from './plugin-process.js';

/** Delay before the next spare process is started after one was taken, in ms, because the restart comes first. */
const spareMs = 100;

export class ProcessRunner implements SessionRunner {
  readonly #spec: PluginSpec;
  readonly #hookSet: SentHookSet;
  readonly #sizes: ChannelSizes;
  readonly #onRecord: (record: LogRecord) => void;
  readonly #ends: ThreadEnds;
  readonly #living = new Map<number, PluginProcess>();
  /** Booted processes without a session. */
  readonly #spares: PluginProcess[];
  readonly #addSpare = guarded('the start of a spare process', () => this.#spares.push(this.#create()));
  #next: NodeJS.Timeout | undefined;

  constructor({ spec, hookSet, sizes, onRecord, zombies }: RunnerOptions) {
    this.#spec = spec;
    this.#hookSet = hookSet;
    this.#sizes = sizes;
    this.#onRecord = onRecord;
    this.#ends = new ThreadEnds({
      zombie: (pid) => {
        this.#living.get(pid)?.giveUp();
        zombies.zombie(pid);
      },
      buried: (pid, afterMs) => zombies.buried(pid, afterMs),
    });
    this.#spares = [];
    // If one cannot be started now, the start is retried when a session needs it.
    for (let i = 0; i <= spec.threads; i++) this.#addSpare();
  }

  async run(start: SessionStart & RunnerPorts, signal: AbortSignal): Promise<void> {
    const child = this.#takeSpare() ?? this.#create();
    child.begin(start);
    signal.addEventListener(
      'abort',
      guarded('the end of a process', () => this.#kill(child, signal.reason)),
    );
    await child.ended;
  }

  /** Returns no place, because Node has no inspector under its permissions. Fetches the last account, for `inHand`. */
  async whereItStands(id: number): Promise<Standing> {
    await this.#living.get(id)?.account();
    return { exact: false, words: 'where it stood cannot be seen from outside of its process' };
  }

  /** Returns undefined, because the memory of a process is watched from outside. */
  threadOf(): undefined {}

  /** Returns the task of the process's first thread, on which the session runs. */
  taskOf(pid: number): string | undefined {
    return process.platform === 'linux' ? `/proc/${pid}/task/${pid}` : undefined;
  }

  callPipeOf(pid: number): CallPipeHandle | undefined {
    return this.#living.get(pid)?.callPipe;
  }

  retire(): void {
    clearTimeout(this.#next);
  }

  async destroy(): Promise<void> {
    this.retire();
    for (const child of this.#living.values()) this.#kill(child, new Error('stopped'));
    await this.#ends.allGone();
  }

  #takeSpare(): PluginProcess | undefined {
    clearTimeout(this.#next);
    this.#next = setTimeout(this.#addSpare, spareMs);
    let spare = this.#spares.shift();
    while (spare?.isAlive === false) spare = this.#spares.shift();
    if (this.#spares.length > 0) clearTimeout(this.#next);
    return spare;
  }

  #create(): PluginProcess {
    const child = new PluginProcess(this.#spec, this.#hookSet, this.#sizes, this.#onRecord);
    const { pid } = child;
    if (pid === undefined) return child;
    this.#living.set(pid, child);
    this.#ends.add(pid, child.child);
    child.child.once('exit', () => this.#living.delete(pid));
    return child;
  }

  #kill(child: PluginProcess, reason: unknown): void {
    child.kill(reason);
    if (child.pid !== undefined) this.#ends.told(child.pid);
  }
}
