// A call of a command: its settings and operands, and the server that it may need.

import type { Logger } from 'pino';
import type { ReadSettings } from '../config/read-settings.js';
import type { Settings } from '../config/settings.js';

/** A server that runs, as far as a command needs it. */
export interface StartedServer {
  readonly url: string;
  readonly adminUrl: string;
  /** Absent when the token came from the settings. */
  readonly adminTokenFile?: string;
  /** Resolves with the reason when no plugin can run any more. */
  readonly lost: Promise<string>;
  close(): Promise<void>;
}

/** The server as commands need it. It stands above them, so it is handed to them. */
export interface Program {
  createLogger(level: string): Logger;
  startServer(settings: Settings, logger: Logger): Promise<StartedServer>;
}

export interface Call extends ReadSettings {
  /** Arguments after the command besides flags, as many as the command's `operands` has names. */
  readonly operands: readonly string[];
  readonly json: boolean;
  /** Loads the server, which takes time that most commands need not spend. */
  readonly program: () => Promise<Program>;
}
