// Where a program begins: what there is to say of a server before anything is asked of it.

import { Gatehouse } from './gatehouse.js';
import { type KeyStretching, OpaqueExchange } from './opaque/exchange.js';
import { Requests } from './requests.js';
import { defaultRetryPolicy, type RetryPolicy } from './retry-policy.js';

export interface ConnectOptions {
  /** Where the server is, without `/v1`: `https://gatehouse.example`. */
  readonly url: string | URL;
  /** What differs from the default: 5 attempts in 60 s. */
  readonly retry?: Partial<RetryPolicy>;
  /**
   * How much work a guess of a password costs. Default: `memory-constrained` (argon2id, 64 MiB). The same for
   * registration and login, or the password does not fit.
   */
  readonly keyStretching?: KeyStretching;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

/** Asks nothing yet. @throws TypeError when the URL is none of http or https */
export function connect({ url, retry, keyStretching = 'memory-constrained', ...options }: ConnectOptions): Gatehouse {
  const base = new URL(url);
  if (!/^https?:$/.test(base.protocol)) throw new TypeError(`an http or https URL is needed, not ${base.protocol}`);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const policy = { ...defaultRetryPolicy, ...retry };
  // Looked up late, and called on nothing: a browser's `fetch` refuses any other `this` than the window's.
  const ask: typeof fetch = options.fetch ?? ((...request) => globalThis.fetch(...request));
  return new Gatehouse(new Requests({ url: base, policy, fetch: ask }), new OpaqueExchange(keyStretching));
}
