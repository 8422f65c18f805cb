// The path of a request below the prefix of the admin handler.

import type { IncomingMessage } from 'node:http';
import { GatehouseError } from '../contract/errors.js';

/** Frameworks that take off the path at which a handler is mounted keep the whole of it here. */
type MountedRequest = IncomingMessage & { originalUrl?: string };

/** Returns the prefix without a slash at its end. @throws GatehouseError OPTIONS_INVALID */
export function checkPrefix(prefix: unknown = ''): string {
  if (typeof prefix === 'string' && /^(?:\/[^?#\s]*)?$/.test(prefix)) return prefix.replace(/\/+$/, '');
  throw new GatehouseError('OPTIONS_INVALID', '`prefix` of the admin API must be a path such as "/admin"');
}

/**
 * Makes the path of the request relative to the prefix, as frameworks do, and keeps the whole as `originalUrl`. A
 * framework may have taken the prefix off already. Returns whether the request is below the prefix.
 */
export function moveBelow(prefix: string, request: MountedRequest): boolean {
  const { url = '/', originalUrl = url } = request;
  const path = pathBelow(prefix, url) ?? pathBelow(prefix, originalUrl);
  if (path === undefined) return false;
  request.originalUrl = originalUrl;
  request.url = path;
  return true;
}

function pathBelow(prefix: string, url: string): string | undefined {
  if (!url.startsWith(prefix)) return undefined;
  const rest = url.slice(prefix.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : undefined;
}
