// The port for operators: the host's admin API and the server's own routes, behind one token, on an address of its own.

import { type AdministeredHost, adminApi } from '@gatehouse/host/admin';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { admittedRoute } from './admitted-route.js';
import { endConnectionsOnClose } from './connections.js';
import type { Store } from './store/store.js';

export interface AdminPortOptions {
  readonly host: AdministeredHost;
  readonly token: string;
  readonly store: Pick<Store, 'admittedWithout'>;
  readonly logger: FastifyBaseLogger;
}

export async function createAdminPort({ host, token, store, logger }: AdminPortOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 30_000,
  });
  endConnectionsOnClose(app);
  await app.register(adminApi, { host, token, routes: (guarded) => admittedRoute(guarded, store) });
  return app;
}
