// The port for operators: the host's admin API and the server's own routes, behind one token, on a separate address.

import { type AdministeredHost, adminApi } from '@gatehouse/host/admin';
import { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { drainOnClose } from '../http/connections.js';
import { addProblemAnswers, answerFrameworkError } from '../http/problem-answers.js';
import { addressKey } from '../http/rate-limits.js';
import { healthRoutes, type Readiness } from '../http/readiness.js';
import type { Tls } from '../http/tls.js';
import { listeningFastify, type TransportSettings } from '../http/transport.js';
import type { Store } from '../store/store.js';
import { admittedRoute } from './admitted-route.js';

export interface AdminPortOptions {
  readonly host: AdministeredHost;
  readonly token: string;
  readonly store: Pick<Store, 'admittedWithout'>;
  readonly logger: FastifyBaseLogger;
  readonly readiness: Readiness;
  readonly settings: TransportSettings;
  readonly tls?: Tls | undefined;
}

/** Time for which an operator's request may delay a close, in ms: stopping a plugin takes a few seconds at most. */
const drainMs = 5_000;

export async function createAdminPort(options: AdminPortOptions): Promise<FastifyInstance> {
  const { host, token, store, logger, readiness } = options;
  const logController = new LogController({ disableRequestLogging: true });
  const answers = { loggerInstance: logger, logController, frameworkErrors: answerFrameworkError };
  const app = listeningFastify(answers, options.settings, options.tls);
  addProblemAnswers(app);
  drainOnClose(app, { withinMs: drainMs });
  healthRoutes(app, readiness, { forOperators: true });
  const routes = (guarded: FastifyInstance) => admittedRoute(guarded, store);
  const conditions = () => readiness.conditions();
  await app.register(adminApi, { host, token, addressOf: addressKey, conditions, routes });
  return app;
}
