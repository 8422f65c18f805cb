// What a session is given, and what it lets the supervisor do: the contract between the two threads.

import type { MessagePort } from 'node:worker_threads';
import type { ChannelHandle, WaitMode } from '../channel/index.js';

/** A loaded version of a plugin, as plain data. */
export interface SessionPlugin {
  readonly name: string;
  /** URL of the module to import. */
  readonly entry: string;
  /** The effective configuration, already checked. */
  readonly config: unknown;
  /** Where it may keep files. */
  readonly dataFolder?: string | undefined;
}

/** The task that a session is. */
export interface SessionStart {
  readonly plugin: SessionPlugin;
  readonly channel: ChannelHandle;
  readonly serverBell: SharedArrayBuffer;
  /** How the session waits for work. */
  readonly wait: WaitMode;
  /** Carries `SessionControl`. Whoever holds the other end decides the session's life. */
  readonly control: MessagePort;
  /** Carries `LogRecord`s to the supervisor. */
  readonly records: { postMessage(record: LogRecord): void };
}

/** What the process of a session is given by the first frame of its pipe. */
export type ProcessStart = Pick<SessionStart, 'plugin'> & Pick<ChannelHandle, 'sizes'>;

/** What the module says it is: the first half of the handshake. */
export interface Hello {
  readonly apiVersion: number;
  /** Names of its handlers, whether or not there are such hooks. */
  readonly hooks: readonly string[];
  /** Names of its other members, some of them at least. */
  readonly others: readonly string[];
}

/** The supervisor's hold on a session. Each is called once at most, in this order, and has a deadline there. */
export interface SessionControl {
  /** Imports the module. Rejects with a readable reason when it is no plugin. */
  load(): Promise<Hello>;
  /** Runs the plugin's `start` and begins to serve. Resolves when it serves. */
  serve(): Promise<void>;
  /** Ends serving, aborts the signal, runs the plugin's `stop`. The session's task resolves thereafter. */
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
