// The contract between the host's thread and the supervisor's: the host's requests, and the supervisor's events.

import type { MessagePort } from 'node:worker_threads';
import type { ChannelHandle, ChannelSizes, WaitMode } from '../channel/index.js';
import type { CallPipeHandle } from '../channel/pipe/index.js';
import type { SentHookSet } from './hook-set.js';
import type { Isolation } from './isolation.js';
import type { Permissions } from './permissions.js';
import type { PluginState } from './plugin-state.js';
import type { LogRecord } from './session-contract.js';
import type { SpareThreadState } from './status.js';
import type { Niceness } from './thread-contract.js';

/** A plugin with everything that the supervisor needs to run it. */
export interface PluginSpec {
  readonly name: string;
  /** URL of the module to import. */
  readonly entry: string;
  /** The compiled form to load in its place, of a module that Node does not run. */
  readonly compiled?: string | undefined;
  readonly config: unknown;
  /** Hooks that the manifest announces. The module has to implement exactly these. */
  readonly hooks?: readonly string[] | undefined;
  /** Sessions that serve side by side. */
  readonly threads: number;
  /** Heap limit of one session in MiB. */
  readonly memoryMb: number;
  /** Time limits for loading and starting, and for stopping, in ms. */
  readonly startMs: number;
  readonly stopMs: number;
  /** The folder in which it may keep files. */
  readonly dataFolder?: string | undefined;
  readonly thread: ThreadSpec;
  /** The rest of its trial after its release from quarantine, in ms; see `contract/trial.ts`. */
  readonly trialMs?: number;
  /** An operator waits for it. */
  readonly isAwaited?: boolean;
  /** Why its supervisor ended while it served: it restarts, and a failed start is retried. */
  readonly interruptedBy?: string;
}

/** The settings that a plugin's threads are started with. */
export interface ThreadSpec {
  readonly isolation: Isolation;
  /** Whether it has a manifest that can ask for permissions; a single file has none. */
  readonly canAsk: boolean;
  /** The permissions that its manifest asks for, and those of them that were granted. */
  readonly asked: Permissions;
  readonly granted: Permissions;
  /** Absolute paths that it may read, including its own folder, and that it may write. */
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly niceness: Niceness;
}

/** The data that the supervisor's thread is started with. */
export interface SupervisorStart {
  /** Carries `SupervisorControl`. */
  readonly control: MessagePort;
  /** Carries `SupervisorMessage`s in the order in which they occurred. */
  readonly events: MessagePort;
  readonly hookSet: SentHookSet;
  readonly serverBell: SharedArrayBuffer;
  readonly sizes: ChannelSizes;
  readonly wait: WaitMode;
  /** See heartbeat.ts. */
  readonly pulse: SharedArrayBuffer;
  /** The number of earlier supervisors of this host. */
  readonly life: number;
}

export interface SupervisorControl {
  /** Begins to start a plugin. Events report the outcome: its state becomes `ready` or `failed`. */
  start(spec: PluginSpec): Promise<void>;
  /** Stops a plugin, even while it starts. Resolves when its threads are gone. */
  stop(name: string): Promise<void>;
  /** Kills a session that failed in its duty, and starts a new one in its place. */
  replace(name: string, session: number, reason: string): Promise<void>;
  /** Stops every plugin. */
  close(): Promise<void>;
}

/** A message of the supervisor. */
export type SupervisorMessage = SupervisorEvent | SupervisorOwn;

/** An event of the supervisor itself: it has begun, an error occurred in it that ended nothing, or its spare thread. */
export type SupervisorOwn =
  | { readonly type: 'begun' }
  | { readonly type: 'trouble'; readonly message: string }
  | { readonly type: 'spare'; readonly state: SpareThreadState };

/** An event of a plugin. */
export type SupervisorEvent = { readonly plugin: string } & (
  | { readonly type: 'state'; readonly state: PluginState; readonly reason: string }
  | {
      readonly type: 'session-opened';
      /** The plugin's thread that it serves as. */
      readonly thread: number;
      readonly session: number;
      readonly channel: ChannelHandle;
      /** Set if calls have to be written to a process as well. */
      readonly callPipe?: CallPipeHandle | undefined;
      /** The kernel's folder about its thread, which shows whether it is starved of a core; undefined if unknown. */
      readonly task?: string | undefined;
      /** The same folder of the supervisor's own thread, which relays a process's answers. Added on the host's side. */
      readonly relayTask?: string | undefined;
      readonly hooks: readonly string[];
    }
  | { readonly type: 'session-ended'; readonly thread: number; readonly session: number; readonly crashed: boolean }
  /** A thread of it did not end when it was terminated (1), or such a thread has ended after all (-1). */
  | { readonly type: 'zombie'; readonly by: 1 | -1 }
  | { readonly type: 'record'; readonly record: LogRecord }
);
