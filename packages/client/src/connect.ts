// The entry point of a program: describes a server before any request.

import { Gatehouse } from './gatehouse.js';
import { type KeyStretching, OpaqueExchange } from './opaque/exchange.js';
import { Requests } from './requests.js';
import { type RetryPolicy, retryPolicy } from './retry-policy.js';

export interface ConnectOptions {
  /** URL of the server, without `/v1`: `https://gatehouse.example`. */
  readonly url: string | URL;
  /** Overrides of the default: 5 attempts in 60 s. Infinity: no limit. */
  readonly retry?: Partial<RetryPolicy>;
  /**
   * Work that a guess of a password costs. Default: `memory-constrained` (argon2id, 64 MiB). It has to be the same for
   * registration and login, or the password does not match.
   */
  readonly keyStretching?: KeyStretching;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

/** Sends no request yet. @throws TypeError unless the URL is http or https, and the policy of retries has numbers */
export function connect({ url, retry, keyStretching = 'memory-constrained', ...options }: ConnectOptions): Gatehouse {
  const base = new URL(url);
  if (!/^https?:$/.test(base.protocol)) throw new TypeError(`an http or https URL is needed, not ${base.protocol}`);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const policy = retryPolicy(retry);
  // Looked up late, and called with the global `this`: a browser's `fetch` refuses any other.
  const ask: typeof fetch = options.fetch ?? ((...request) => globalThis.fetch(...request));
  const closing = new AbortController();
  const requests = new Requests({ url: base, policy, fetch: ask, closed: closing.signal });
  return new Gatehouse(requests, new OpaqueExchange(keyStretching), closing);
}
