// Where the sessions of a plugin live: threads of a pool, or processes. Whoever holds a session knows no more of it.

import type { MessagePort, Worker } from 'node:worker_threads';
import type { ChannelSizes } from '../../channel/index.js';
import type { CallPipeHandle } from '../../channel/pipe/index.js';
import type { LogRecord, SessionStart } from '../../contract/session-contract.js';
import type { PluginSpec } from '../../contract/supervisor-contract.js';
import type { Standing } from '../diagnosis/stack-sample.js';
import type { ZombieWatch } from './thread-ends.js';

export interface SessionRunner {
  /**
   * Runs a session. The promise is its life: it resolves on a clean end, and rejects with what a crash was of. Aborting
   * the signal ends what it lives in.
   */
  run(start: SessionStart & RunnerPorts, signal: AbortSignal): Promise<void>;
  /** Where the session stands, in words that end a sentence; `id` is what it says in THREAD, see layout.ts. */
  whereItStands(id: number): Promise<Standing>;
  /** The thread of this id, as long as it is in use; none where sessions do not live in threads of ours. */
  threadOf(id: number): Worker | undefined;
  /** The pipe for calls of the session of this id, where it has a process of its own. */
  callPipeOf(id: number): CallPipeHandle | undefined;
  /** The folder in which the kernel tells of the thread of that session; undefined where it is not known. */
  taskOf(id: number): string | undefined;
  /** No session is to come any more: nothing takes the place of what ends. */
  retire(): void;
  /** Ends all of them. Resolves when they are gone, or were given up. */
  destroy(): Promise<void>;
}

/** A session's records travel through a port, as far as the supervisor is concerned. */
export interface RunnerPorts {
  readonly records: MessagePort;
}

export interface RunnerOptions {
  readonly spec: PluginSpec;
  readonly sizes: ChannelSizes;
  readonly onRecord: (record: LogRecord) => void;
  readonly zombies: ZombieWatch;
}

/** Makes what the sessions of a plugin live in, by its isolation. Who composes the tiers has one. */
export type CreateRunner = (options: RunnerOptions) => SessionRunner;
