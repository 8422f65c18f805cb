// Refuses changes that a page of another site has a browser send, with the cookies of whoever looks at that page.

import type { FastifyRequest } from 'fastify';
import { AdminError } from './problem.js';

const changesNothing: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Judges by Sec-Fetch-Site, which pages cannot set, and by Origin for browsers without it. Programs send neither, and
 * pass. @throws AdminError CROSS_ORIGIN
 */
export function refuseCrossOrigin({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): void {
  if (changesNothing.has(method)) return;
  const site = headers['sec-fetch-site'];
  const isOwn = site === undefined ? isOwnOrigin(headers) : site === 'same-origin' || site === 'none';
  if (!isOwn) throw new AdminError('CROSS_ORIGIN', 'Send changes from a page of this server, or from no page.');
}

function isOwnOrigin({ origin, host, ':authority': authority }: FastifyRequest['headers']): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === (authority ?? host);
}
