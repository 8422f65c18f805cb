// Errors as problem documents (RFC 9457), with one table of codes and their statuses.

import type { Problem } from './answers.js';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Every code that the admin API answers with. */
export const problemKinds = {
  UNAUTHORIZED: { status: 401, title: 'The request is not from an operator' },
  CROSS_ORIGIN: { status: 403, title: 'The request comes from a page of another site' },
  TOO_MANY_WRONG_TOKENS: { status: 429, title: 'Too many wrong admin tokens came from this address' },
  REQUEST_INVALID: { status: 400, title: 'The request is not well-formed' },
  ROUTE_UNKNOWN: { status: 404, title: 'There is no such route' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The path has no such method' },
  PLUGIN_UNKNOWN: { status: 404, title: 'There is no plugin of that name' },
  // The request was correct, but the plugin's files or configuration have to be mended first.
  PLUGIN_INVALID: { status: 409, title: 'The plugin is broken' },
  MANIFEST_INVALID: { status: 409, title: "The plugin's manifest is wrong" },
  PLUGIN_CONFIG_INVALID: { status: 409, title: "The plugin's configuration does not fit its schema" },
  // It was tried, and the plugin behind us failed.
  PLUGIN_NOT_STARTED: { status: 502, title: 'The plugin could not be started' },
  STATE_FILE_WRITE_FAILED: { status: 500, title: 'The change could not be remembered' },
  OPTIONS_INVALID: { status: 500, title: 'The host is not set up rightly' },
  HOST_CLOSED: { status: 503, title: 'The host is closed' },
  INTERNAL: { status: 500, title: 'Something went wrong in the host' },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof problemKinds;

/** The detail of errors whose text is not for clients. */
export const hidden = 'The log of the server says more.';

export const problemType = 'application/problem+json';

/** An error that is shown to a client of the admin API. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly code: ProblemCode;

  /** `cause`: for the log alone. */
  constructor(code: ProblemCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Returns the document for anything that was thrown. Unless an error is known to be fit for clients, hides it. */
export function problemOf(error: unknown): Problem {
  const { code, statusCode, message } = (error ?? {}) as { code?: unknown; statusCode?: unknown; message?: unknown };
  if (isProblemCode(code)) return problem(code, String(message));
  if (isClientStatus(statusCode)) return { ...problem('REQUEST_INVALID', String(message)), status: statusCode };
  return problem('INTERNAL', hidden);
}

/** Returns the document of a code. */
export function problem(code: ProblemCode, detail: string): Problem {
  const type = `urn:gatehouse:problem:${code.toLowerCase().replaceAll('_', '-')}`;
  return { type, ...problemKinds[code], detail, code };
}

function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === 'string' && Object.hasOwn(problemKinds, code);
}

function isClientStatus(status: unknown): status is number {
  return typeof status === 'number' && status >= 400 && status < 500;
}
