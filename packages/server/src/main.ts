#!/usr/bin/env node
// The command: starts the server with the settings of the environment, and ends it on a signal.

import { endProcess } from '@gatehouse/host';
import type { Logger } from 'pino';
import { createLogger } from './log.js';
import { readSettings, type Settings, SettingsError, unknownSettings } from './settings.js';
import { type RunningServer, startServer } from './start.js';

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const logger = createLogger(settings.logLevel);
  for (const name of unknownSettings(process.env)) logger.warn(`${name} is not a setting; it is ignored`);
  const ended = endOnSignal(settings, logger);
  const server = await startServer(settings, logger);
  announce(server, logger);
  await ended;
  await server.close();
  logger.info('closed');
}

function announce({ url, adminUrl, adminTokenFile }: RunningServer, logger: Logger): void {
  logger.info(`clients: ${url}/v1 (described at ${url}/docs)`);
  const token = adminTokenFile ? `the token is in ${adminTokenFile}` : 'the token is the one of GATEHOUSE_ADMIN_TOKEN';
  logger.info(`operators: ${adminUrl} (${token})`);
}

/** Resolves at the first SIGINT or SIGTERM. From then on there is a bound, and a second signal ends the process at once. */
function endOnSignal({ shutdownSeconds }: Settings, logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    const hurry = () => {
      logger.warn('ended at once by a second signal');
      endProcess(1);
    };
    const first = (signal: NodeJS.Signals) => {
      logger.info(`closing on ${signal}; a second one ends at once`);
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, first).on(name, hurry);
      setTimeout(() => {
        logger.error(`not closed within ${shutdownSeconds} s`);
        endProcess(1);
      }, shutdownSeconds * 1000).unref();
      resolve();
    };
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, first);
  });
}

main().then(
  // Whatever still keeps the event loop alive must not keep the process.
  () => endProcess(0),
  (error) => {
    const message = error instanceof SettingsError ? error.message : error instanceof Error ? error.stack : error;
    process.stderr.write(`gatehouse: ${message}\n`);
    endProcess(1);
  },
);
