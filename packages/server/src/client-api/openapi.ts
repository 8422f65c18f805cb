// Generates the OpenAPI document of the client API from its routes as they are registered.

import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { Problem, type ProblemCode } from '../wire/problems.js';
import { ProblemSchema } from '../wire/schemas.js';
import { withNamedSchemas } from './named-schemas.js';
import { routeTags } from './route.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every problem that this route may answer with, for the OpenAPI document. */
    readonly problems?: readonly ProblemCode[];
  }
}

export async function addDocs(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gatehouse client API',
        version: '1',
        description:
          'Every answer that is no success is a problem document (RFC 9457). Its `code` is stable. Retry-After says ' +
          'when trying again makes sense; a message that is sent again with its idempotency key is stored once.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      // Relative, because the server serves its own document.
      servers: [{ url: '/' }],
      tags: Object.entries(routeTags).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'The token of a login' } },
      },
    },
    transformObject: (document) => withNamedSchemas('openapiObject' in document ? document.openapiObject : {}),
    transform: ({ schema, url, route }) => ({ schema: described(schema ?? {}, route), url }),
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
}

function described(schema: FastifySchema, route: RouteOptions): FastifySchema {
  if (schema.hide) return schema;
  const success = Object.entries(schema.response as Readonly<Record<string, JsonSchema>>);
  return {
    ...schema,
    ...(schema.body !== undefined && { body: withExample(schema.body as JsonSchema) }),
    response: {
      ...Object.fromEntries(success.map(([status, body]) => [status, withDescription(withExample(body))])),
      ...problemResponses(route.config?.problems ?? []),
    },
  };
}

/** Returns one answer for each status, with an example for each code. */
function problemResponses(codes: readonly ProblemCode[]): Record<number, object> {
  const problems = codes.map((code) => new Problem(code));
  const statuses = [...new Set(problems.map(({ status }) => status))];
  const ofStatus = (status: number) => problems.filter((problem) => problem.status === status);
  return Object.fromEntries(statuses.map((status) => [status, responseOf(status, ofStatus(status))]));
}

const mayComeAgain: readonly number[] = [429, 503];
const rates = {
  RateLimit: { type: 'string', description: 'What is left of a limit: `"caller";r=99;t=1`, for t seconds' },
  'RateLimit-Policy': { type: 'string', description: 'The limit: `"caller";q=100;w=1`, q requests in w seconds' },
};
const retryAfter = { 'Retry-After': { type: 'integer', description: 'Seconds after which trying again makes sense' } };

function responseOf(status: number, problems: readonly Problem[]): object {
  return {
    headers: { ...rates, ...(mayComeAgain.includes(status) && retryAfter) },
    description: problems.map(({ code, message }) => `\`${code}\`: ${message}`).join('; '),
    content: {
      'application/problem+json': {
        schema: ProblemSchema,
        examples: Object.fromEntries(problems.map((problem) => [problem.code, { value: problem.document() }])),
      },
    },
  };
}

interface JsonSchema {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly type?: string;
}

function withDescription(schema: JsonSchema): object {
  return { description: 'Done', headers: rates, ...schema };
}

function withExample(schema: JsonSchema): JsonSchema {
  return schema.type === 'null' ? schema : { ...schema, examples: [exampleOf(schema)] };
}

/** Assembles an example from those of the schema's parts. */
function exampleOf(schema: JsonSchema): unknown {
  const { examples, properties, items, anyOf } = schema;
  if (examples) return examples[0];
  if (schema.const !== undefined) return schema.const;
  if (anyOf) return exampleOf(anyOf[0]!);
  if (items) return [exampleOf(items)];
  if (schema.type === 'boolean') return true;
  const members = Object.entries(properties ?? {}).map(([name, member]) => [name, exampleOf(member)]);
  return Object.fromEntries(members);
}
