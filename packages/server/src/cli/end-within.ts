// Limits the time that the server takes to close.

import { endProcess } from '@gatehouse/support/end-process';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.js';

/** Ends the process with exit code 1 if it has not ended by itself by then. */
export function endWithin({ shutdownSeconds }: Settings, logger: Logger): void {
  setTimeout(() => {
    logger.error(`not closed within ${shutdownSeconds} s`);
    endProcess(1);
  }, shutdownSeconds * 1000).unref();
}
