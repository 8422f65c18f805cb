// The route that anybody may ask.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { type HealthAnswer, healthAnswer, unhealthyAnswer } from './answers.js';
import { route } from './documented-route.js';

export function healthRoute(app: FastifyInstance, health: () => Promise<HealthAnswer>): void {
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
