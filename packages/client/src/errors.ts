// Every failure as one error with a stable code.

import { secondsIn } from './retry-after.js';

/** Codes of a server of this version. A later one may have more, so `ErrorCode` is open. */
export type ServerCode =
  | 'INVALID_REQUEST'
  | 'OPAQUE_MESSAGE_INVALID'
  | 'POSSESSION_NOT_PROVEN'
  | 'CHANNEL_WITH_SELF'
  | 'UNAUTHENTICATED'
  | 'LOGIN_FAILED'
  | 'REJECTED_BY_HOOK'
  | 'NOT_A_MEMBER'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'PEER_UNKNOWN'
  | 'CHANNEL_UNKNOWN'
  | 'USERNAME_TAKEN'
  | 'IDENTITY_TAKEN'
  | 'MAILBOX_FULL'
  | 'RECIPIENT_FULL'
  | 'REGISTRATION_CLOSED'
  | 'TOO_MANY_CHANNELS'
  | 'TOO_MANY_NEW_CHANNELS'
  | 'TOO_MANY_RETRIES'
  | 'BODY_TOO_LARGE'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'UNSUPPORTED_CONTENT_ENCODING'
  | 'EXPECTATION_FAILED'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'REQUEST_TIMEOUT'
  | 'RATE_LIMITED'
  | 'TOO_MUCH_UNREAD'
  | 'TOO_MANY_CONNECTIONS'
  | 'HEADERS_TOO_LARGE'
  | 'INTERNAL'
  | 'DEFERRED_BY_HOOK'
  | 'HOOK_UNAVAILABLE'
  | 'STORAGE_UNAVAILABLE'
  | 'STORAGE_FULL'
  | 'OVERLOADED'
  | 'SHUTTING_DOWN';

/** Codes of failures that the client itself detects. */
export type ClientCode =
  /** The password is empty, or has a character that RFC 8265 does not allow. The detail names it. */
  | 'PASSWORD_INVALID'
  /** Nothing answered, or the connection broke before the answer. */
  | 'CONNECTION_FAILED'
  /** No answer within the time of an attempt. */
  | 'TIMED_OUT'
  /** The answer is not from a Gatehouse server, or the server is broken. */
  | 'UNREADABLE_ANSWER';

export type ErrorCode = ServerCode | ClientCode | (string & {});

/** An RFC 9457 problem document, as the server sends it. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter?: number;
  /** Some codes have members of their own, such as the `reason` of `REJECTED_BY_HOOK`. */
  readonly [member: string]: unknown;
}

export interface ErrorContext {
  readonly status?: number | undefined;
  readonly detail?: string | undefined;
  readonly retryAfter?: number | undefined;
  readonly problem?: ProblemDocument | undefined;
  readonly cause?: unknown;
}

/** Every failure of a request, except for the reason of a signal that was aborted. */
export class GatehouseError extends Error {
  override readonly name = 'GatehouseError';
  /** Stable: programs should check this. */
  readonly code: ErrorCode;
  /** The HTTP status; absent when there was no answer. */
  readonly status: number | undefined;
  /** Describes this occurrence, for people. */
  readonly detail: string | undefined;
  /** Seconds after which a retry makes sense, if the server sent them. */
  readonly retryAfter: number | undefined;
  /** The complete problem document from the server. */
  readonly problem: ProblemDocument | undefined;

  constructor(code: ErrorCode, { status, detail, retryAfter, problem, cause }: ErrorContext = {}) {
    const text = detail ?? problem?.title;
    super(text === undefined ? code : `${code}: ${text}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.retryAfter = retryAfter;
    this.problem = problem;
  }
}

/** True for an error of any copy of this client, with that code if one is given. */
export function isGatehouseError<C extends ErrorCode>(
  error: unknown,
  code?: C,
): error is GatehouseError & { readonly code: C } {
  if (!(error instanceof Error) || error.name !== 'GatehouseError') return false;
  return code === undefined || (error as GatehouseError).code === code;
}

/** Converts a problem document. The result of one message of several has its own `retryAfter`, and no header. */
export function errorFrom(problem: ProblemDocument, retryAfter = secondsIn(problem.retryAfter)): GatehouseError {
  const { code, status, detail } = problem;
  return new GatehouseError(code, { status, detail, retryAfter, problem });
}
