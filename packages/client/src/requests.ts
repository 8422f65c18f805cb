// Requests to a server: one POST with JSON each way, retried where that is safe.

import { errorFrom, GatehouseError, type ProblemDocument } from './errors.js';
import { retryAfterIn } from './retry-after.js';
import type { RetryPolicy } from './retry-policy.js';
import { retrying } from './retrying.js';
import { timeLimit } from './timer.js';

/** Options of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface Request {
  /** Below `/v1/`. */
  readonly path: string;
  readonly body?: object;
  readonly token?: string;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal | undefined;
  /** Time for which the server itself may wait, in addition to the limit of an attempt. */
  readonly waitMs?: number;
  /** False: not retried if it may have been carried out. */
  readonly repeatable?: boolean;
}

export interface RequestsOptions {
  /** Ends with a slash. */
  readonly url: URL;
  readonly policy: RetryPolicy;
  readonly fetch: typeof fetch;
  /** Aborted when the client is closed. */
  readonly closed: AbortSignal;
}

export class Requests {
  readonly #options: RequestsOptions;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /** Resolves to the body of the answer. @throws GatehouseError, or the reason of the signal */
  post<T>(request: Request): Promise<T> {
    const { policy } = this.#options;
    const { waitMs = 0, repeatable = true } = request;
    const total = { ...policy, totalMs: policy.totalMs + waitMs };
    return this.#untilClosed(request.signal, (signal) =>
      retrying({ policy: total, repeatable, signal }, (leftMs) =>
        this.#attempt<T>({ ...request, signal }, Math.min(policy.attemptMs + waitMs, leftMs)),
      ),
    );
  }

  /** Returns the same requests without retries, for exchanges that are retried as a whole. */
  once(): Requests {
    return new Requests({ ...this.#options, policy: { ...this.#options.policy, attempts: 1 } });
  }

  /** Retries an exchange of several requests from its start. */
  exchange<T>(caller: AbortSignal | undefined, steps: (requests: Requests) => Promise<T>): Promise<T> {
    const once = this.once();
    return this.#untilClosed(caller, (signal) =>
      retrying({ policy: this.#options.policy, repeatable: true, signal }, () => steps(once)),
    );
  }

  /** Runs something with a signal that the caller's aborts, and the end of the client. */
  async #untilClosed<T>(caller: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal, clear } = timeLimit(Number.POSITIVE_INFINITY, caller, this.#options.closed);
    try {
      return await run(signal);
    } finally {
      clear();
    }
  }

  async #attempt<T>(request: Request, limitMs: number): Promise<T> {
    const limit = timeLimit(limitMs, request.signal);
    try {
      const response = await this.#options.fetch(new URL(`v1/${request.path}`, this.#options.url), {
        method: 'POST',
        headers: headersOf(request),
        ...(request.body && { body: JSON.stringify(request.body) }),
        signal: limit.signal,
        // A token is only for the server that issued it.
        redirect: 'error',
        credentials: 'omit',
      });
      return answerOf(response, await response.text()) as T;
    } catch (error) {
      if (error instanceof GatehouseError) throw error;
      request.signal?.throwIfAborted();
      if (limit.isOver())
        throw new GatehouseError('TIMED_OUT', { detail: `no answer within ${Math.ceil(limitMs)} ms` });
      throw new GatehouseError('CONNECTION_FAILED', { detail: connectionDetail(error), cause: error });
    } finally {
      limit.clear();
    }
  }
}

function headersOf({ body, token, idempotencyKey }: Request): Record<string, string> {
  return {
    ...(body && { 'content-type': 'application/json' }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
  };
}

/** @throws GatehouseError */
function answerOf(response: Response, text: string): unknown {
  const body = text === '' ? undefined : parsed(text);
  if (response.ok) {
    if (body !== undefined || response.status === 204) return body;
  } else if (isProblem(body)) {
    throw errorFrom(body, retryAfterOf(response));
  }
  throw new GatehouseError('UNREADABLE_ANSWER', {
    status: response.status,
    detail: `status ${response.status}, and not in the form of a Gatehouse server`,
    retryAfter: retryAfterOf(response),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(body: unknown): body is ProblemDocument {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';
}

function retryAfterOf({ headers }: Response): number | undefined {
  return retryAfterIn(headers.get('retry-after'), Date.now());
}

/** Returns the message of the cause, because `fetch failed` explains nothing. */
function connectionDetail(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
