// A route of the client API: one constant for its registration, the OpenAPI document, the fuzzer and the docs.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  ContextConfigDefault,
  FastifyBaseLogger,
  FastifySchema,
  RawServerDefault,
  RouteGenericInterface,
  RouteHandlerMethod,
} from 'fastify';
import type { TSchema } from 'typebox';
import type { RateLimits } from '../http/rate-limits.js';
import type { ProblemCode } from '../wire/problems.js';
import { requireCaller } from './caller.js';
import type { App, RouteContext, RouteSettings } from './context.js';

/** The groups of routes, as the OpenAPI document and the docs show them. */
export const routeTags = {
  account: 'Users, by OPAQUE (RFC 9807), and their sessions',
  channel: 'What two users have between them',
  message: 'Into the mailbox of the peer, and out of the own',
} as const;

/**
 * Access to a route.
 *
 * - `anyone`: needs no token.
 * - `user`: needs a valid session token.
 * - `user or sealed sender`: also lets in a sender without a token, where the settings allow sealed senders.
 */
export type RouteAuth = 'anyone' | 'user' | 'user or sealed sender';

/** The schemas of a request and of its answers, by status. */
export interface RouteSchemas {
  readonly headers?: TSchema;
  readonly body?: TSchema;
  readonly response: Readonly<Record<number, TSchema>>;
}

interface RouteTerms {
  readonly path: `/v1/${string}`;
  readonly tag: keyof typeof routeTags;
  readonly summary: string;
  readonly description?: string;
  readonly auth: RouteAuth;
  /** The rate limit that applies to its requests. */
  readonly limit: keyof RateLimits;
  /** Problems with which it may answer, besides those of every route. */
  readonly problems: readonly ProblemCode[];
  /** Largest body in bytes; absent: the server's limit. */
  readonly bodyLimit?: (settings: RouteSettings) => number;
}

export interface ClientRoute extends RouteTerms {
  readonly method: 'POST';
  readonly schemas: (settings: RouteSettings) => RouteSchemas;
  readonly register: (app: App, context: RouteContext) => void;
}

type Handler<S extends FastifySchema> = RouteHandlerMethod<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  RouteGenericInterface,
  ContextConfigDefault,
  S,
  TypeBoxTypeProvider,
  FastifyBaseLogger
>;

interface TypedRoute<S extends RouteSchemas> extends RouteTerms {
  readonly schemas: (settings: RouteSettings) => S;
  /** Called once per server. */
  readonly handler: (context: RouteContext) => Handler<S>;
}

/** Problems with which every route may answer. */
export const commonProblems: readonly ProblemCode[] = [
  'INVALID_REQUEST',
  'REQUEST_TIMEOUT',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'UNSUPPORTED_CONTENT_ENCODING',
  'EXPECTATION_FAILED',
  'RATE_LIMITED',
  'TOO_MUCH_UNREAD',
  'TOO_MANY_CONNECTIONS',
  'HEADERS_TOO_LARGE',
  'INTERNAL',
  'OVERLOADED',
  'SHUTTING_DOWN',
];

/** Takes the types of requests and answers from the schemas. */
export function clientRoute<const S extends RouteSchemas>({ handler, ...route }: TypedRoute<S>): ClientRoute {
  const { path, limit, auth, bodyLimit, schemas } = route;
  return {
    ...route,
    method: 'POST',
    register: (app, context) => {
      const { limits, settings } = context;
      app.post(
        path,
        {
          onRequest: auth === 'user' ? [limits[limit], requireCaller] : limits[limit],
          ...(bodyLimit && { bodyLimit: bodyLimit(settings) }),
          config: { problems: problemsOf(route) },
          schema: { ...descriptionOf(route), ...schemas(settings) } as S,
        },
        handler(context),
      );
    },
  };
}

/** Returns all problems with which a route may answer. */
function problemsOf({ auth, problems }: RouteTerms): readonly ProblemCode[] {
  return [...commonProblems, ...(auth === 'anyone' ? [] : (['UNAUTHENTICATED'] as const)), ...problems];
}

const bearer = { bearer: [] };
const securityOf: Readonly<Record<RouteAuth, readonly object[]>> = {
  anyone: [],
  user: [bearer],
  'user or sealed sender': [bearer, {}],
};

function descriptionOf({ path, tag, summary, description, auth }: RouteTerms): object {
  return {
    operationId: operationOf(path),
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: securityOf[auth],
  };
}

/** Turns `/v1/fetch-wait` into `fetchWait`. */
function operationOf(path: string): string {
  return path.replace('/v1/', '').replace(/[-/](\w)/g, (_, letter: string) => letter.toUpperCase());
}
