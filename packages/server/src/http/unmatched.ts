// Answers requests that no route matches: 405 where only the method is wrong, 404 else. Their bodies are not read.

import { RouteMethods } from '@gatehouse/support/route-methods';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../wire/problems.js';

/** Has to be called before the routes are registered. */
export function addUnmatchedAnswers(app: FastifyInstance): void {
  const routes = new RouteMethods();
  app.addHook('onRoute', ({ url, method }) => routes.add(url, method));
  // Earlier than a handler, which is called once the body has been read and understood.
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const allow = routes.allowOf(request.url);
    if (allow === undefined) return done(new Problem('NOT_FOUND'));
    reply.header('allow', allow);
    if (request.method === 'OPTIONS') return void reply.status(204).send();
    done(wrongMethod(request.method, allow));
  });
}

function wrongMethod(method: string, allow: string): Problem {
  return new Problem('METHOD_NOT_ALLOWED', { detail: `${method} is no method of this path: it has ${allow}` });
}
