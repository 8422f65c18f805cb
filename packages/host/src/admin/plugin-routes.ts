// The routes that show and switch plugins.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { AdministeredHost } from './administered-host.js';
import { pluginAnswer, pluginsAnswer, problemAnswer, rescanAnswer } from './answers.js';
import { logged, logRescan } from './change-log.js';
import { route } from './documented-route.js';
import { problemType } from './problem.js';

const params = Type.Object({ name: Type.String() });
const refusal = { description: 'Why it was not done.', content: { [problemType]: { schema: problemAnswer } } };
const onePlugin = { params, response: { 200: pluginAnswer, default: refusal } };

export function pluginRoutes(app: FastifyInstance, host: AdministeredHost): void {
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
  typed.post('/plugins/rescan', { schema: rescan }, async (request) => {
    const answer = await host.rescan();
    logRescan(request, answer.changed.length);
    return answer;
  });
  const get = route({ summary: 'One plugin' }, onePlugin);
  typed.get('/plugins/:name', { schema: get }, ({ params }) => host.get(params.name));
  const enable = route(
    {
      summary: 'Enables a plugin',
      description: 'Answers once it is ready. Releases one that is quarantined, on trial. Takes no body.',
    },
    onePlugin,
  );
  typed.post('/plugins/:name/enable', { schema: enable }, (request) =>
    logged(request, request.params.name, 'enable', (name) => host.enable(name)),
  );
  const disable = route(
    {
      summary: 'Disables a plugin',
      description:
        'Answers once it has stopped. Holds at once, also where it could not be stored: `notRemembered` says why. Takes no body.',
    },
    onePlugin,
  );
  typed.post('/plugins/:name/disable', { schema: disable }, (request) =>
    logged(request, request.params.name, 'disable', (name) => host.disable(name)),
  );
}
