// `gatehouse start`: runs the server until a signal ends it, no plugin can run in it any more, or another server has
// taken its store.

import { setTimeout as after } from 'node:timers/promises';
import { endProcess } from '@gatehouse/support/end-process';
import type { Logger } from 'pino';
import { LiveSettings } from '../config/live-settings.js';
import type { Settings } from '../config/settings.js';
import type { Call, StartedServer } from './call.js';
import { EndSignals } from './end-signals.js';
import { endWithin } from './end-within.js';
import { ignoreSignals } from './ignored-signals.js';
import { Reload } from './reload.js';

/** The server has ended because no plugin can run in this process any more; only a new process helps. */
export class PluginsLostError extends Error {}

/** The server has ended because another one has taken its store. */
export class StoreTakenError extends Error {}

/** Time to close in once the store is taken: whatever is still under way cannot be stored. */
const closeTakenMs = 500;

export async function start({ settings: given, warnings, program, readAgain }: Call): Promise<void> {
  const { createLogger, startServer } = await program();
  const logger = createLogger(given.logLevel);
  for (const warning of warnings) logger.warn(warning);
  const live = new LiveSettings(given);
  const settings = live.current;
  ignoreSignals(logger);
  const reload = new Reload({ live, readAgain, logger });
  const signals = new EndSignals(logger, () => {
    logger.warn('ended at once by a second signal');
    endProcess(1);
  });
  const server = await startedUnlessAsked(startServer(live, logger), signals, settings, logger);
  announce(server, logger);
  reload.begin(server);
  const ended = signals.asked.then(() => lameDuck(server, settings, signals, logger));
  const closing = Promise.race([ended, server.lost]).then((loss) => closed(server, settings, logger, loss));
  const taken = server.fenced.then((reason) => giveUp(server, reason, logger));
  await Promise.race([closing, taken]);
}

/** Waits for the start. Its time is limited once a signal has asked for the end. */
function startedUnlessAsked(
  starting: Promise<StartedServer>,
  signals: EndSignals,
  settings: Settings,
  logger: Logger,
): Promise<StartedServer> {
  let isStarting = true;
  signals.asked.then(() => isStarting && endWithin(settings, logger));
  return starting.finally(() => {
    isStarting = false;
  });
}

/** Serves on for a while, so that whoever sends clients here finds out before they are refused. */
async function lameDuck(
  server: StartedServer,
  settings: Settings,
  signals: EndSignals,
  logger: Logger,
): Promise<undefined> {
  const { lameDuckSeconds } = settings;
  if (lameDuckSeconds === 0) return;
  server.drains();
  logger.info(`draining: everything is served for another ${lameDuckSeconds} s; a further signal ends that`);
  await signals.next(lameDuckSeconds * 1000);
}

async function closed(server: StartedServer, settings: Settings, logger: Logger, loss: string | void): Promise<void> {
  if (loss !== undefined) logger.fatal(`closing, because no plugin can run any more: ${loss}`);
  else logger.info('closing; a further signal ends at once');
  endWithin(settings, logger);
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
