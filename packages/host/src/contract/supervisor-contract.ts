// What the host asks of the supervisor, and what the supervisor tells the host: the contract between the two threads.

import type { MessagePort } from 'node:worker_threads';
import type { HookName } from '@gatehouse/plugin-api';
import type { ChannelHandle, ChannelSizes, WaitMode } from '../channel/index.js';
import type { CallPipeHandle } from '../channel/pipe/index.js';
import type { Isolation } from './isolation.js';
import type { Permissions } from './permissions.js';
import type { PluginState } from './plugin-state.js';
import type { LogRecord } from './session-contract.js';
import type { Niceness } from './thread-contract.js';

/** A plugin as the supervisor needs it to run it. */
export interface PluginSpec {
  readonly name: string;
  /** URL of the module to import. */
  readonly entry: string;
  readonly config: unknown;
  /** Hooks that the manifest announces; the module has to implement exactly these. */
  readonly hooks?: readonly string[] | undefined;
  /** Sessions that serve side by side. */
  readonly threads: number;
  /** Heap limit of one session in MiB. */
  readonly memoryMb: number;
  /** Bounds on loading and starting, and on stopping, in ms. */
  readonly startMs: number;
  readonly stopMs: number;
  /** Where it may keep files. */
  readonly dataFolder?: string | undefined;
  readonly thread: ThreadSpec;
  /** It is released from quarantine: one crash soon, and it is back there. */
  readonly onTrial?: boolean;
  /** An operator waits for it. */
  readonly isAwaited?: boolean;
  /** It was serving when its supervisor ended, of this: it restarts, and a start that fails is tried again. */
  readonly interruptedBy?: string;
}

/** What a plugin's threads are started with. */
export interface ThreadSpec {
  readonly isolation: Isolation;
  /** Whether it has a manifest to ask in; a single file has none. */
  readonly canAsk: boolean;
  /** What its manifest asks for, and what of that was granted. */
  readonly asked: Permissions;
  readonly granted: Permissions;
  /** Absolute paths that it may read, its own folder among them, and write. */
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly niceness: Niceness;
}

/** What the supervisor's thread is started with. */
export interface SupervisorStart {
  /** Carries `SupervisorControl`. */
  readonly control: MessagePort;
  /** Carries `SupervisorMessage`s, in the order in which things happened. */
  readonly events: MessagePort;
  readonly serverBell: SharedArrayBuffer;
  readonly sizes: ChannelSizes;
  readonly wait: WaitMode;
  /** See heartbeat.ts. */
  readonly pulse: SharedArrayBuffer;
  /** How many supervisors this host had before. */
  readonly life: number;
}

export interface SupervisorControl {
  /** Begins to start a plugin. How that went is told by events: its state becomes `ready` or `failed`. */
  start(spec: PluginSpec): Promise<void>;
  /** Stops a plugin, however far it has come. Resolves when its threads are gone. */
  stop(name: string): Promise<void>;
  /** Ends a session that did not do its duty; a new one takes its place. */
  replace(name: string, session: number, reason: string): Promise<void>;
  /** Stops every plugin. */
  close(): Promise<void>;
}

/** Something that the supervisor tells. */
export type SupervisorMessage = SupervisorEvent | SupervisorOwn;

/** Something that happened to the supervisor itself: it has begun, or something failed in it that ended nothing. */
export type SupervisorOwn = { readonly type: 'begun' } | { readonly type: 'trouble'; readonly message: string };

/** Something that happened to a plugin. */
export type SupervisorEvent = { readonly plugin: string } & (
  | { readonly type: 'state'; readonly state: PluginState; readonly reason: string }
  | {
      readonly type: 'session-opened';
      /** Which of the plugin's threads it serves as. */
      readonly thread: number;
      readonly session: number;
      readonly channel: ChannelHandle;
      /** Where calls have to go to a process as well. */
      readonly callPipe?: CallPipeHandle | undefined;
      /** The folder in which the kernel tells of its thread, and so whether it is kept from a core; undefined if unknown. */
      readonly task?: string | undefined;
      /** That of the supervisor's own thread, by which a process answers. The host's end of the supervisor adds it. */
      readonly relayTask?: string | undefined;
      readonly hooks: readonly HookName[];
    }
  | { readonly type: 'session-ended'; readonly thread: number; readonly session: number; readonly crashed: boolean }
  /** A thread of it did not end when it was told to; or such a thread has ended after all. */
  | { readonly type: 'zombie'; readonly by: 1 | -1 }
  | { readonly type: 'record'; readonly record: LogRecord }
);
