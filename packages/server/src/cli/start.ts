// `gatehouse start`: runs the server until a signal ends it, no plugin can run in it any more, or another server has
// taken its store.

import { setTimeout as after } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.js';
import type { Call, StartedServer } from './call.js';
import { endOnSignal } from './end-on-signal.js';
import { endWithin } from './end-within.js';

/** The server has ended because no plugin can run in this process any more; only a new process helps. */
export class PluginsLostError extends Error {}

/** The server has ended because another one has taken its store. */
export class StoreTakenError extends Error {}

/** Time to close in once the store is taken: whatever is still under way cannot be stored. */
const closeTakenMs = 500;

export async function start({ settings, warnings, program }: Call): Promise<void> {
  const { createLogger, startServer } = await program();
  const logger = createLogger(settings.logLevel);
  for (const warning of warnings) logger.warn(warning);
  const ended = endOnSignal(settings, logger);
  const server = await startServer(settings, logger);
  announce(server, logger);
  const closing = Promise.race([ended, server.lost]).then((loss) => closed(server, settings, logger, loss));
  const taken = server.fenced.then((reason) => giveUp(server, reason, logger));
  await Promise.race([closing, taken]);
}

async function closed(server: StartedServer, settings: Settings, logger: Logger, loss: string | void): Promise<void> {
  if (loss !== undefined) {
    logger.fatal(`closing, because no plugin can run any more: ${loss}`);
    endWithin(settings, logger);
  }
  await server.close();
  logger.info('closed');
  if (loss !== undefined) throw new PluginsLostError(loss);
}

/** Does not drain: an answer that is not out yet would be an error, and the other server needs what this one holds. */
async function giveUp(server: StartedServer, reason: string, logger: Logger): Promise<never> {
  logger.fatal(`ending, because ${reason}`);
  await Promise.race([server.close().catch(() => {}), after(closeTakenMs)]);
  throw new StoreTakenError(reason);
}

function announce({ url, adminUrl, adminTokenFile }: StartedServer, logger: Logger): void {
  logger.info(`clients: ${url}/v1 (described at ${url}/docs)`);
  const token = adminTokenFile ? `the token is in ${adminTokenFile}` : 'the token is the one of the settings';
  logger.info(`operators: ${adminUrl} (${token})`);
}
