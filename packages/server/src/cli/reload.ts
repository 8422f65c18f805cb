// Reads the settings again on SIGHUP, and applies what can be applied while the server runs. Never ends it.

import type { Logger } from 'pino';
import type { LiveSettings } from '../config/live-settings.js';
import { type ReadSettings, SettingsError } from '../config/read-settings.js';
import type { SettingName } from '../config/settings.js';
import type { StartedServer } from './call.js';

export interface ReloadOptions {
  readonly live: LiveSettings;
  /** Reads the same sources as at the start. @throws SettingsError */
  readonly readAgain: () => ReadSettings;
  readonly logger: Logger;
}

export class Reload {
  readonly #options: ReloadOptions;
  #server: Pick<StartedServer, 'readCertificateAgain'> | undefined;
  #isAsked = false;

  /** Listens at once: without a listener, the signal would end the process. */
  constructor(options: ReloadOptions) {
    this.#options = options;
    process.on('SIGHUP', () => this.#ask());
  }

  /** From now on a signal takes effect; one that came before does so now. */
  begin(server: Pick<StartedServer, 'readCertificateAgain'>): void {
    this.#server = server;
    if (this.#isAsked) this.#reload(server);
  }

  #ask(): void {
    this.#isAsked = true;
    if (this.#server !== undefined) this.#reload(this.#server);
    else this.#options.logger.info('SIGHUP: the settings are read again once the server has started');
  }

  #reload(server: Pick<StartedServer, 'readCertificateAgain'>): void {
    this.#isAsked = false;
    void server.readCertificateAgain();
    const { live, logger } = this.#options;
    try {
      const { settings, warnings } = this.#options.readAgain();
      for (const warning of warnings) logger.warn(warning);
      const { applied, needRestart } = live.apply(settings);
      // At the old level or the new one, whichever shows it: the line is about a change that an operator has made.
      const isShown = logger.isLevelEnabled('info');
      if (isShown) logger.info({ applied }, wordsOf(applied));
      logger.level = settings.logLevel;
      if (!isShown) logger.info({ applied }, wordsOf(applied));
      if (needRestart.length > 0) logger.warn({ needRestart }, restartFor(needRestart));
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      logger.error(`SIGHUP: the settings are wrong, and none of them is applied: ${error.message}`);
    }
  }
}

function wordsOf(applied: readonly SettingName[]): string {
  return `SIGHUP: the settings were read again; applied: ${applied.length === 0 ? 'nothing' : applied.join(', ')}`;
}

function restartFor(names: readonly SettingName[]): string {
  return `SIGHUP: changed, and applied at the next start only: ${names.join(', ')}`;
}
