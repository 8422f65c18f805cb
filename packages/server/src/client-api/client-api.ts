// The client API: fastify with validation, OpenAPI and the routes of /v1.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type FastifyBaseLogger, LogController } from 'fastify';
import { GuessLimits, type GuessSettings } from '../accounts/guess-limits.js';
import { OpaqueServer } from '../accounts/opaque.js';
import { RefusedGuesses } from '../accounts/refused-guesses.js';
import { type SessionSettings, Sessions } from '../accounts/sessions.js';
import { type Draining, drainOnClose } from '../http/connections.js';
import { Overload } from '../http/overload/overload.js';
import { overloadCheck, shedOverload } from '../http/overload/shedding.js';
import { addProblemAnswers, answerFrameworkError } from '../http/problem-answers.js';
import { addRateLimits, callerKeyOf, type RateLimitSettings } from '../http/rate-limits.js';
import { healthRoutes, type Readiness } from '../http/readiness.js';
import type { Tls } from '../http/tls.js';
import { listeningFastify, type TransportSettings } from '../http/transport.js';
import { Unread, type UnreadSettings } from '../http/unread.js';
import { Admission, type AdmissionSettings } from '../messages/admission.js';
import { type Hooks, teller } from '../messages/plugin-host.js';
import { Waiters } from '../messages/waiters.js';
import type { Store } from '../store/store.js';
import { formats } from '../wire/formats.js';
import { Problem } from '../wire/problems.js';
import { addCaller, identityOf } from './caller.js';
import type { App, RouteSettings } from './context.js';
import { addDocs } from './openapi.js';
import { loginAttempts, reportFailure } from './routes/login.js';
import { clientRoutes } from './routes.js';

export interface ClientApiSettings
  extends RouteSettings,
    RateLimitSettings,
    SessionSettings,
    GuessSettings,
    TransportSettings,
    UnreadSettings,
    AdmissionSettings {
  /** The number of proxies in front, or their addresses and networks; undefined: nobody names a client's address. */
  readonly trustProxy: number | readonly string[] | undefined;
  readonly drainSeconds: number;
  readonly overloadDelayMs: number;
}

export interface ClientApiOptions {
  /** Decides about messages and is told of requests: a plugin host, or anything with its hooks. */
  readonly host: Hooks;
  readonly store: Store;
  /** The secret of `createOpaqueSetup`. */
  readonly opaqueSetup: string;
  readonly settings: ClientApiSettings;
  readonly logger: FastifyBaseLogger;
  readonly readiness: Readiness;
  /** Without it connections are in the clear. */
  readonly tls?: Tls | undefined;
}

/** Body of a request that carries no messages. */
const bodyLimit = 16 * 1024;

export async function createClientApi(options: ClientApiOptions): Promise<App> {
  const fastifyOptions = {
    loggerInstance: options.logger,
    // A line per request would record who talks to whom, and when.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    trustProxy: trustedBy(options.settings.trustProxy),
    // `refuseLate` answers with a problem document instead.
    return503OnClosing: false,
    frameworkErrors: answerFrameworkError,
    // Invalid input is refused, never corrected: no coercion, no members dropped.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, formats } },
    // The serialiser also validates, where an answer may have several shapes.
    serializerOpts: { ajv: { formats } },
  };
  const app: App = listeningFastify(
    fastifyOptions,
    options.settings,
    options.tls,
  ).withTypeProvider<TypeBoxTypeProvider>();

  app.removeContentTypeParser('text/plain');
  addProblemAnswers(app);
  const unread = new Unread(app, options.settings, callerKeyOf(identityOf));
  await addDocs(app);
  const context = { ...(await contextOf(app, options)), unread };
  // Clients that wait for messages would hold up the drain.
  const drain = drainOnClose(app, {
    get withinMs() {
      return options.settings.drainSeconds * 1000;
    },
    sendHome: () => context.waiters.close(),
  });
  shedOverload(app, context.overload, drain);
  options.readiness.add(overloadCheck(context.overload));
  healthRoutes(app, options.readiness, { forOperators: false });
  await app.register(async (plain) => {
    const v1 = plain.withTypeProvider<TypeBoxTypeProvider>();
    refuseLate(v1, drain);
    addCaller(v1, context.sessions);
    for (const route of clientRoutes) route.register(v1, context);
  });
  return app;
}

/** Returns the form that fastify takes: it has none for a number. */
function trustedBy(proxies: ClientApiSettings['trustProxy']) {
  if (typeof proxies === 'number') return (_address: string, hop: number) => hop < proxies;
  return proxies === undefined ? false : [...proxies];
}

async function contextOf(app: App, { host, store, opaqueSetup, settings, logger }: ClientApiOptions) {
  const waiters = new Waiters();
  const overload = new Overload({
    get delayMs() {
      return settings.overloadDelayMs;
    },
    atRest: () => waiters.size,
  });
  const unsubscribe = store.subscribe((mailbox) => waiters.wake(mailbox));
  const tell = teller(host, logger);
  const attempts = loginAttempts(settings, tell);
  const refusedGuesses = new RefusedGuesses(logger, (username, reason) => reportFailure(tell, username, reason));
  app.addHook('onClose', async () => {
    unsubscribe();
    attempts.close();
    refusedGuesses.close();
  });
  return {
    store,
    sessions: new Sessions(store, settings, logger),
    guesses: new GuessLimits(settings),
    refusedGuesses,
    settings,
    waiters,
    overload,
    admission: new Admission(store, host, settings, logger, overload),
    opaque: await OpaqueServer.load(opaqueSetup),
    attempts,
    tell,
    limits: await addRateLimits(app, settings, identityOf),
  };
}

/** Refuses new requests with a retry; those in flight are answered as usual. */
function refuseLate(v1: App, drain: Draining): void {
  v1.addHook('onRequest', async () => {
    if (drain.isDraining()) throw new Problem('SHUTTING_DOWN', { retryAfter: 1 });
  });
}
