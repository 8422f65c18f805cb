// The port for operators: the host's admin API behind its token, on an address of its own.

import { type AdministeredHost, adminApi } from '@gatehouse/host/admin';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { endConnectionsOnClose } from './connections.js';

export interface AdminPortOptions {
  readonly host: AdministeredHost;
  readonly token: string;
  readonly logger: FastifyBaseLogger;
}

export async function createAdminPort({ host, token, logger }: AdminPortOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 30_000,
  });
  endConnectionsOnClose(app);
  await app.register(adminApi, { host, token });
  return app;
}
