// The data that a plugin's thread has from its first moment, before there is a session: its plugin and permissions.

import type { Permissions } from './permissions.js';

/**
 * The amount by which the CPU priority is lower than the host's, from 0 to 19: for plugins that answer gate calls, for
 * which the server waits, and for those that only observe.
 */
export interface Niceness {
  readonly gate: number;
  readonly observers: number;
}

export interface ThreadStart {
  readonly plugin: string;
  /** Whether permissions that were not granted are refused. */
  readonly hardened: boolean;
  /** Whether it has a manifest that can ask for permissions; a single file has none. */
  readonly canAsk: boolean;
  /** The permissions that its manifest asks for, and those of them that the operator granted. */
  readonly asked: Permissions;
  readonly granted: Permissions;
  readonly niceness: Niceness;
  /** Set in a spare thread until it is a plugin's: the paths that it may use so far. */
  readonly spare?: Reach | undefined;
}

/** Absolute paths that a thread may read, including those that it may write. */
export interface Reach {
  readonly readable: readonly string[];
  readonly writable: readonly string[];
}

/**
 * A task of a spare thread, before it has a session. `look` resolves with whether this Node can narrow a thread.
 * `become` makes it the thread of a plugin: it gives up whatever the plugin may not use, and rejects if it still may.
 */
export type SpareTask =
  | { readonly spare: 'look' }
  | { readonly spare: 'become'; readonly start: ThreadStart; readonly reach: Reach };

/** Prefix of the last argument of a plugin's process, which contains its `ThreadStart`; see thread-start.ts. */
export const startMark = '--gatehouse=';
