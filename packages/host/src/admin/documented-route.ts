// The schema of a route, with the words that its documentation shows.

import type { FastifySchema } from 'fastify';

/** The fields of a route that @fastify/swagger reads, if the server has registered it. */
interface Documented {
  readonly summary: string;
  readonly description?: string;
  readonly tags?: readonly string[];
}

/** Returns the schema of a route of the admin API. */
export function route<const S extends FastifySchema>(documented: Documented, schema: S): S {
  return { tags: ['plugins'], ...documented, ...schema };
}
