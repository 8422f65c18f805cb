// The port for operators: the host's admin API behind its token, on an address of its own.

import { type AdministeredHost, adminApi } from '@gatehouse/host/admin';
import { type FastifyBaseLogger, type FastifyInstance, fastify } from 'fastify';

export interface AdminPortOptions {
  readonly host: AdministeredHost;
  readonly token: string;
  readonly logger: FastifyBaseLogger;
}

export async function createAdminPort({ host, token, logger }: AdminPortOptions): Promise<FastifyInstance> {
  const app = fastify({ loggerInstance: logger, disableRequestLogging: true, requestTimeout: 30_000 });
  await app.register(adminApi, { host, token });
  return app;
}
