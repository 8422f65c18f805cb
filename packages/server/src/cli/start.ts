// `gatehouse start`: runs the server until a signal ends it, or no plugin can run in it any more.

import type { Logger } from 'pino';
import type { Call, StartedServer } from './call.js';
import { endOnSignal } from './end-on-signal.js';
import { endWithin } from './end-within.js';

/** The server has ended because no plugin can run in this process any more; only a new process helps. */
export class PluginsLostError extends Error {}

export async function start({ settings, warnings, program }: Call): Promise<void> {
  const { createLogger, startServer } = await program();
  const logger = createLogger(settings.logLevel);
  for (const warning of warnings) logger.warn(warning);
  const ended = endOnSignal(settings, logger);
  const server = await startServer(settings, logger);
  announce(server, logger);
  const loss = await Promise.race([ended, server.lost]);
  if (loss !== undefined) {
    logger.fatal(`closing, because no plugin can run any more: ${loss}`);
    endWithin(settings, logger);
  }
  await server.close();
  logger.info('closed');
  if (loss !== undefined) throw new PluginsLostError(loss);
}

function announce({ url, adminUrl, adminTokenFile }: StartedServer, logger: Logger): void {
  logger.info(`clients: ${url}/v1 (described at ${url}/docs)`);
  const token = adminTokenFile ? `the token is in ${adminTokenFile}` : 'the token is the one of the settings';
  logger.info(`operators: ${adminUrl} (${token})`);
}
