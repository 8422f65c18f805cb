// The operator behind a request, for the log.

import type { FastifyRequest } from 'fastify';

/** A name comes from the embedding server's users, so its length is limited. */
const longest = 256;

const operators = new WeakMap<FastifyRequest, string>();

export function setOperator(request: FastifyRequest, name: string): void {
  operators.set(request, name.length > longest ? `${name.slice(0, longest)}…` : name);
}

/** Returns the name of the operator who sent an admitted request. */
export function operatorOf(request: FastifyRequest): string | undefined {
  return operators.get(request);
}
