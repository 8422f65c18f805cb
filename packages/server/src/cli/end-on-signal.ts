// Ends the server on a signal.

import { endProcess } from '@gatehouse/support/end-process';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.js';
import { endWithin } from './end-within.js';

/** Resolves at the first SIGINT or SIGTERM. From then on the time is limited, and a second signal ends the process. */
export function endOnSignal(settings: Settings, logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    const hurry = () => {
      logger.warn('ended at once by a second signal');
      endProcess(1);
    };
    const first = (signal: NodeJS.Signals) => {
      logger.info(`closing on ${signal}; a second one ends at once`);
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, first).on(name, hurry);
      endWithin(settings, logger);
      resolve();
    };
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, first);
  });
}
