// A call of a command: its settings and operands, and the server that it may need.

import type { Logger } from 'pino';
import type { LiveSettings } from '../config/live-settings.js';
import type { ReadSettings } from '../config/read-settings.js';

/** The part of a running server that a command needs. */
export interface StartedServer {
  readonly url: string;
  readonly adminUrl: string;
  /** Absent when the token came from the settings. */
  readonly adminTokenFile?: string;
  /** Reports `draining`, and serves on. */
  drains(): void;
  /** Reads the TLS certificate and its key again. Never rejects. */
  readCertificateAgain(): Promise<void>;
  /** Resolves with the reason once no plugin can run any more. */
  readonly lost: Promise<string>;
  /** Resolves with the reason once another server has taken the store. */
  readonly fenced: Promise<string>;
  close(): Promise<void>;
}

/** The part of the server that commands need. It is passed in, because it is a layer above them. */
export interface Program {
  createLogger(level: string): Logger;
  startServer(settings: LiveSettings, logger: Logger): Promise<StartedServer>;
}

export interface Call extends ReadSettings {
  /** Arguments after the command besides flags, at most as many as the command's `operands` has names. */
  readonly operands: readonly string[];
  readonly json: boolean;
  /** Reads the settings again from the same sources. @throws SettingsError */
  readonly readAgain: () => ReadSettings;
  /** Loads the server: most commands do not need it and save the time. */
  readonly program: () => Promise<Program>;
}
