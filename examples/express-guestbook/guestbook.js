// The guestbook: asks the plugins before an entry is written, and tells them of every answer.

import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createHost } from '@gatehouse/host';
import { adminHandler } from '@gatehouse/host/admin';
import express from 'express';
import { guestbook as hooks } from 'guestbook-hooks';
import { refusalOf } from './refusal.js';

/** @typedef {import('@gatehouse/host').HostOf<typeof hooks.rows>} Host */

/**
 * Listens on a port, with the plugins of the folder `plugins`. `hostOptions` adds to the options of its host. Who has the
 * token may switch plugins.
 *
 * @param {{ port?: number, token: string, hostOptions?: Partial<import('@gatehouse/host').HostOptions> }} options
 */
export async function startGuestbook({ port = 3000, token, hostOptions = {} }) {
  const host = await createHost({
    logger: console,
    // On a busy machine plugins take longer than the 2 s for which a host waits unless told so.
    readyMs: 30_000,
    ...hostOptions,
    hooks,
    plugins: [fileURLToPath(new URL('plugins', import.meta.url)), ...(hostOptions.plugins ?? [])],
    enabled: ['spam-filter', 'access-log', ...(hostOptions.enabled ?? [])],
  });
  const server = appOf(host, token).listen(port);
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

/**
 * @param {Host} host
 * @param {string} token
 */
function appOf(host, token) {
  /** @type {{ author: string, words: string }[]} */
  const entries = [];
  const app = express();
  // Before the rest: what an operator does is not for plugins.
  app.use('/admin', adminHandler(host, { token }));
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
