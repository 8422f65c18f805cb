// `gatehouse start`: runs the server until a signal ends it.

import type { Logger } from 'pino';
import type { Call, StartedServer } from './call.js';
import { endOnSignal } from './end-on-signal.js';

export async function start({ settings, warnings, program }: Call): Promise<void> {
  const { createLogger, startServer } = await program();
  const logger = createLogger(settings.logLevel);
  for (const warning of warnings) logger.warn(warning);
  const ended = endOnSignal(settings, logger);
  const server = await startServer(settings, logger);
  announce(server, logger);
  await ended;
  await server.close();
  logger.info('closed');
}

function announce({ url, adminUrl, adminTokenFile }: StartedServer, logger: Logger): void {
  logger.info(`clients: ${url}/v1 (described at ${url}/docs)`);
  const token = adminTokenFile ? `the token is in ${adminTokenFile}` : 'the token is the one of the settings';
  logger.info(`operators: ${adminUrl} (${token})`);
}
