// The admin API: a fastify plugin that any server can register with a prefix, a host and a token.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { RouteMethods } from '@gatehouse/support/route-methods';
import type { FastifyInstance, FastifyPluginAsync, FastifySchema } from 'fastify';
import { Type } from 'typebox';
import type { AdministeredHost } from './administered-host.js';
import {
  type HealthAnswer,
  healthAnswer,
  pluginAnswer,
  pluginsAnswer,
  problemAnswer,
  rescanAnswer,
  unhealthyAnswer,
} from './answers.js';
import { type AddressOf, requireToken } from './bearer-token.js';
import { healthOf, type OtherConditions } from './health.js';
import { AdminError, problemOf, problemType } from './problem.js';
import { WrongTokens } from './wrong-tokens.js';

export {
  ActiveConditions,
  type Condition,
  type ConditionName,
  conditionTable,
  type FoundCondition,
  sentenceWithoutName,
} from '../contract/conditions.js';
export type { AdministeredHost } from './administered-host.js';
export type { HealthAnswer, PluginAnswer, Problem, RescanAnswer } from './answers.js';
export { type ProblemCode, problemKinds } from './problem.js';

export interface AdminOptions {
  readonly host: AdministeredHost;
  /** The bearer token that everything but `/health` requires, at least 16 characters. */
  readonly token: string;
  /** Returns the key by which wrong tokens are counted. Default: the address of the request. */
  readonly addressOf?: AddressOf;
  /** Returns the conditions of the server that the host is part of, which `/health` reports too. Default: none. */
  readonly conditions?: OtherConditions;
  /** Adds the server's own routes, behind the same token and with the same problem documents. */
  readonly routes?: (guarded: FastifyInstance) => void;
}

/**
 * The admin API. Not wrapped in `fastify-plugin`, which would drop its prefix and leak its hooks: its error handler,
 * its body parser and its token apply to its own routes only.
 */
export const adminApi: FastifyPluginAsync<AdminOptions> = async (app, options) => {
  const { host, token, addressOf = ({ ip }) => ip, conditions, routes } = options;
  const wrong = new WrongTokens(app.log);
  const authenticate = requireToken(token, wrong, addressOf);
  app.addHook('onClose', async () => wrong.close());
  answerProblems(app);
  const methods = new RouteMethods();
  app.addHook('onRoute', ({ url, method }) => methods.add(url, method));
  healthRoute(app, healthOf(host, conditions));
  await app.register(async (guarded) => {
    guarded.addHook('onRequest', authenticate);
    takeNoBodies(guarded);
    unknownRoutes(guarded, methods);
    pluginRoutes(guarded, host);
    routes?.(guarded);
  });
};

function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    // The host already logs a plugin that could not be started, and a client's error concerns only the client.
    if (problem.status === 500) request.log.error({ err: error }, 'an admin request failed');
    // Serialized here, so that no schema of a route applies to it.
    return reply.code(problem.status).type(problemType).serializer(JSON.stringify).send(problem);
  });
}

/** Ignores bodies, which no route takes. Clients send empty ones of any content type, which fastify would refuse. */
function takeNoBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 1024 }, async () => undefined);
}

function unknownRoutes(app: FastifyInstance, methods: RouteMethods): void {
  // Without a prefix this would handle all unknown routes of the server, which are not ours.
  if (app.prefix === '') return;
  app.setNotFoundHandler((request, reply) => {
    const allow = methods.allowOf(request.url);
    if (allow !== undefined) reply.header('allow', allow);
    if (allow !== undefined && request.method === 'OPTIONS') return reply.code(204).send();
    if (allow !== undefined)
      throw new AdminError('METHOD_NOT_ALLOWED', `${request.method} is no method of this path: it has ${allow}.`);
    throw new AdminError('ROUTE_UNKNOWN', `${request.method} ${request.url} leads nowhere.`);
  });
}

/** The fields of a route that @fastify/swagger reads, if the server has registered it. */
interface Documented {
  readonly summary: string;
  readonly description?: string;
  readonly tags?: readonly string[];
}

function route<const S extends FastifySchema>(documented: Documented, schema: S): S {
  return { tags: ['plugins'], ...documented, ...schema };
}

function healthRoute(app: FastifyInstance, health: () => Promise<HealthAnswer>): void {
  const schema = route(
    {
      summary: 'How the plugins are, in numbers, and what is not as it should be',
      description: 'Needs no token, and starts nothing.',
      tags: ['health'],
    },
    { response: { 200: healthAnswer, 503: unhealthyAnswer } },
  );
  app.withTypeProvider<TypeBoxTypeProvider>().get('/health', { schema }, async (request, reply) => {
    try {
      return await health();
    } catch (error) {
      // Anybody may ask, so only the log contains the reason.
      request.log.error({ err: error }, 'the host cannot say how its plugins are');
      return reply.code(503).send({ ok: false });
    }
  });
}

const params = Type.Object({ name: Type.String() });
const refusal = { description: 'Why it was not done.', content: { [problemType]: { schema: problemAnswer } } };
const onePlugin = { params, response: { 200: pluginAnswer, default: refusal } };

function pluginRoutes(app: FastifyInstance, host: AdministeredHost): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const list = route({ summary: 'All plugins' }, { response: { 200: pluginsAnswer, default: refusal } });
  typed.get('/plugins', { schema: list }, async () => ({ plugins: [...(await host.list())] }));
  const rescan = route(
    {
      summary: 'Looks through the plugin folders',
      description: 'Starts what is to run and does not, and answers once that is ready or has failed. Takes no body.',
    },
    { response: { 200: rescanAnswer, default: refusal } },
  );
  typed.post('/plugins/rescan', { schema: rescan }, async () => host.rescan());
  const get = route({ summary: 'One plugin' }, onePlugin);
  typed.get('/plugins/:name', { schema: get }, ({ params }) => host.get(params.name));
  const enable = route(
    {
      summary: 'Enables a plugin',
      description: 'Answers once it is ready. Releases one that is quarantined, on trial. Takes no body.',
    },
    onePlugin,
  );
  typed.post('/plugins/:name/enable', { schema: enable }, ({ params }) => host.enable(params.name));
  const disable = route(
    {
      summary: 'Disables a plugin',
      description:
        'Answers once it has stopped. Holds at once, also where it could not be stored: `notRemembered` says why. Takes no body.',
    },
    onePlugin,
  );
  typed.post('/plugins/:name/disable', { schema: disable }, ({ params }) => host.disable(params.name));
}
