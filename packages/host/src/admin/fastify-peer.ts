// Loads fastify, an optional peer dependency: only a server that takes the admin handler has to have it.

import { createRequire } from 'node:module';
import type { FastifyInstance, FastifyServerOptions, LogController } from 'fastify';
import { GatehouseError } from '../contract/errors.js';

export interface Fastify {
  fastify(options: FastifyServerOptions): FastifyInstance;
  readonly LogController: typeof LogController;
}

const remedy = 'run `npm install fastify@5`, or register `adminApi` with a fastify of your own';

/**
 * Loads fastify at once, so that a server without it learns that when it makes the handler, and not at a request.
 * @throws GatehouseError FASTIFY_MISSING
 */
export function loadFastify(load: (name: string) => unknown = createRequire(import.meta.url)): Fastify {
  const loaded = loadedBy(load);
  // Anything older than the peer's range has another log controller, or none.
  if (loaded.LogController === undefined) {
    throw new GatehouseError('FASTIFY_MISSING', `the fastify that is installed is too old for adminHandler: ${remedy}`);
  }
  return loaded as Fastify;
}

function loadedBy(load: (name: string) => unknown): Partial<Fastify> {
  try {
    return load('fastify') as Partial<Fastify>;
  } catch (cause) {
    throw new GatehouseError('FASTIFY_MISSING', `adminHandler needs fastify, which is not installed: ${remedy}`, {
      cause,
    });
  }
}
