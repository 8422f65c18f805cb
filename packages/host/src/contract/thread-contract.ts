// What a plugin's thread knows from its first moment, before there is a session: whose it is, and what is permitted.

import type { Permissions } from './permissions.js';

/**
 * By how much the CPU priority is lower than the host's, from 0 to 19: of plugins that answer gate calls, for which the
 * server waits, and of those that only observe.
 */
export interface Niceness {
  readonly gate: number;
  readonly observers: number;
}

export interface ThreadStart {
  readonly plugin: string;
  /** Whether what was not granted is refused. */
  readonly hardened: boolean;
  /** Whether it has a manifest to ask in; a single file has none. */
  readonly canAsk: boolean;
  /** What its manifest asks for, and what of that the operator granted. */
  readonly asked: Permissions;
  readonly granted: Permissions;
  readonly niceness: Niceness;
}

/** Before the last argument of a plugin's process: what it knows from its first moment, see thread-start.ts. */
export const startMark = '--gatehouse=';
