// The interface to what runs the sessions of a plugin: threads of a pool, or processes.

import type { MessagePort, Worker } from 'node:worker_threads';
import type { ChannelSizes } from '../../channel/index.js';
import type { CallPipeHandle } from '../../channel/pipe/index.js';
import type { SentHookSet } from '../../contract/hook-set.js';
import type { LogRecord, SessionStart } from '../../contract/session-contract.js';
import type { PluginSpec } from '../../contract/supervisor-contract.js';
import type { Standing } from '../diagnosis/stack-sample.js';
import type { ZombieWatch } from './thread-ends.js';

export interface SessionRunner {
  /**
   * Runs a session. The promise is its life: it resolves on a clean end, and rejects with the cause of a crash.
   * Aborting the signal terminates its thread or process.
   */
  run(start: SessionStart & RunnerPorts, signal: AbortSignal): Promise<void>;
  /** Describes where the session is, in words that end a sentence; `id` is its value in THREAD, see layout.ts. */
  whereItStands(id: number): Promise<Standing>;
  /** Returns the thread of this id while it is in use; undefined if sessions do not run in threads of ours. */
  threadOf(id: number): Worker | undefined;
  /** Returns the pipe for calls of the session of this id, if it has a process of its own. */
  callPipeOf(id: number): CallPipeHandle | undefined;
  /** Returns the kernel's folder about the thread of that session; undefined if unknown. */
  taskOf(id: number): string | undefined;
  /** Refuses further sessions: nothing replaces a thread or process that ends. */
  retire(): void;
  /** Terminates all of them. Resolves when they are gone or were given up. */
  destroy(): Promise<void>;
}

/** The supervisor's side of a session sends records through a real port. */
export interface RunnerPorts {
  readonly records: MessagePort;
}

export interface RunnerOptions {
  readonly spec: PluginSpec;
  readonly hookSet: SentHookSet;
  readonly sizes: ChannelSizes;
  readonly onRecord: (record: LogRecord) => void;
  readonly zombies: ZombieWatch;
}

/** Creates the runner of a plugin by its isolation. Supplied by whoever composes the tiers. */
export type CreateRunner = (options: RunnerOptions) => SessionRunner;
