// The contract between a session's thread and the supervisor's: a session's input, and its control.

import type { MessagePort } from 'node:worker_threads';
import type { HookSetStamp } from '@gatehouse/plugin-api';
import type { ChannelHandle, WaitMode } from '../channel/index.js';
import type { SentHookSet } from './hook-set.js';

/** A loaded version of a plugin, as plain data. */
export interface SessionPlugin {
  readonly name: string;
  /** URL of the module to import. */
  readonly entry: string;
  /** The compiled form to load in its place, of a module that Node does not run. */
  readonly compiled?: string | undefined;
  /** The effective configuration, already checked. */
  readonly config: unknown;
  /** The folder in which it may keep files. */
  readonly dataFolder?: string | undefined;
}

/** The task that runs a session. */
export interface SessionStart {
  readonly plugin: SessionPlugin;
  readonly hookSet: SentHookSet;
  readonly channel: ChannelHandle;
  readonly serverBell: SharedArrayBuffer;
  /** The session's way to wait for work. */
  readonly wait: WaitMode;
  /** Carries `SessionControl`. The holder of the other end controls the session's life. */
  readonly control: MessagePort;
  /** Carries `LogRecord`s to the supervisor. */
  readonly records: { postMessage(record: LogRecord): void };
}

/** The content of the first frame in the pipe of a session's process. */
export type ProcessStart = Pick<SessionStart, 'plugin' | 'hookSet'> & Pick<ChannelHandle, 'sizes'>;

/** The module's own description: the first half of the handshake. */
export interface Hello {
  readonly apiVersion: number;
  /** Names of its handlers, even those that are not hooks. */
  readonly hooks: readonly string[];
  /** Names of at least some of its other members. */
  readonly others: readonly string[];
  /** The table of hooks that it was written for, if it is stamped with one. */
  readonly hookSet?: HookSetStamp | undefined;
}

/** The supervisor's control of a session. Each method is called at most once, in this order, with a deadline. */
export interface SessionControl {
  /** Imports the module. Rejects with a readable reason if it is not a plugin. */
  load(): Promise<Hello>;
  /** Runs the plugin's `start` and begins to serve. Resolves when it serves. */
  serve(): Promise<void>;
  /** Ends serving. Resolves when all that waited is delivered and no observer is at work. */
  drain(): Promise<void>;
  /** Gives the drain up: logs which handlers have not finished, and aborts the signal. */
  abandon(): Promise<void>;
  /** Ends the drain, aborts the signal, runs the plugin's `stop`. The session's task resolves after that. */
  stop(): Promise<void>;
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof logLevels)[number];

/** One line that a plugin logged. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}
