// The guestbook: asks the plugins before an entry is written, and tells them of every answer.

import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createHost } from '@gatehouse/host';
import express from 'express';
import { guestbook as hooks } from 'guestbook-hooks';
import { refusalOf } from './refusal.js';

/** @typedef {import('@gatehouse/host').HostOf<typeof hooks.rows>} Host */

/**
 * Listens on a port, with the plugins of the folder `plugins`. `hostOptions` adds to the options of its host.
 *
 * @param {{ port?: number, hostOptions?: Partial<import('@gatehouse/host').HostOptions> }} [options]
 */
export async function startGuestbook({ port = 3000, hostOptions = {} } = {}) {
  const host = await createHost({
    logger: console,
    ...hostOptions,
    hooks,
    plugins: [fileURLToPath(new URL('plugins', import.meta.url)), ...(hostOptions.plugins ?? [])],
    enabled: ['spam-filter', 'access-log', ...(hostOptions.enabled ?? [])],
  });
  const server = appOf(host).listen(port);
  await once(server, 'listening');
  return {
    host,
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(() => resolve(undefined)));
      await host.close();
    },
  };
}

/** @param {Host} host */
function appOf(host) {
  /** @type {{ author: string, words: string }[]} */
  const entries = [];
  const app = express();
  app.use(telling(host), express.json({ limit: '16kb' }));
  app.get('/entries', (_request, response) => {
    response.json(entries);
  });
  app.post('/entries', (request, response) => {
    const { author, words } = request.body ?? {};
    const event = { author, words, address: request.ip ?? '' };
    const refusal = refusalOf(() => host.ask('onEntry', event));
    if (refusal === undefined) {
      entries.push({ author, words });
      response.sendStatus(201);
      return;
    }
    if (refusal.retryAfterS !== undefined) response.set('Retry-After', String(refusal.retryAfterS));
    response.status(refusal.status).json(refusal.problem);
  });
  return app;
}

/**
 * Tells the plugins of each answer once it is sent.
 *
 * @param {Host} host
 * @returns {express.RequestHandler}
 */
function telling(host) {
  return (request, response, next) => {
    const begun = performance.now();
    const { method, path, ip = '' } = request;
    response.on('finish', () => {
      const ms = performance.now() - begun;
      host.tell('onAnswer', { method, path: path.slice(0, 256), status: response.statusCode, ms, address: ip });
    });
    next();
  };
}
