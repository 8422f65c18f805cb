// The problems that a client can get: one table of codes with status and title, and the error that carries one.

/** Codes are stable, titles are not. */
export const problemCodes = {
  INVALID_REQUEST: [400, 'The request does not have the shape of this route'],
  OPAQUE_MESSAGE_INVALID: [400, 'The OPAQUE message cannot be read'],
  POSSESSION_NOT_PROVEN: [400, 'The signature does not prove possession of the identity key'],
  CHANNEL_WITH_SELF: [400, 'A channel needs two different identities'],
  UNAUTHENTICATED: [401, 'A valid session token is needed'],
  LOGIN_FAILED: [401, 'The login failed'],
  REJECTED_BY_HOOK: [403, 'A plugin refused the message'],
  REGISTRATION_CLOSED: [403, 'Nobody can register here'],
  TOO_MANY_CHANNELS: [403, 'The account has opened as many channels as it may'],
  NOT_A_MEMBER: [403, 'The identity is not a member of the channel'],
  NOT_FOUND: [404, 'There is no such route'],
  PEER_UNKNOWN: [404, 'Nobody is registered with that identity key'],
  CHANNEL_UNKNOWN: [404, 'There is no such channel'],
  METHOD_NOT_ALLOWED: [405, 'The path has no such method; the header Allow names those that it has'],
  REQUEST_TIMEOUT: [408, 'The request took too long to arrive'],
  USERNAME_TAKEN: [409, 'The username is taken'],
  IDENTITY_TAKEN: [409, 'The identity key is registered already'],
  MAILBOX_FULL: [409, 'The mailbox is full until its owner acknowledges messages or some expire'],
  RECIPIENT_FULL: [409, 'The mailboxes of the recipient are full until messages are acknowledged or some expire'],
  BODY_TOO_LARGE: [413, 'The request body is too large'],
  PAYLOAD_TOO_LARGE: [413, 'The payload is too large'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The body has to be application/json'],
  UNSUPPORTED_CONTENT_ENCODING: [415, 'The body has to be sent without a content encoding'],
  EXPECTATION_FAILED: [417, 'The header Expect may only have 100-continue'],
  IDEMPOTENCY_KEY_REUSED: [422, 'The idempotency key was used for another message'],
  RATE_LIMITED: [429, 'Too many requests'],
  TOO_MANY_NEW_CHANNELS: [429, 'The account has opened as many channels as it may within a day'],
  TOO_MANY_RETRIES: [
    429,
    'As many idempotency keys of the account are remembered as may be; send without one, or later',
  ],
  TOO_MUCH_UNREAD: [429, 'Earlier answers have not been read yet; read them, then ask again'],
  TOO_MANY_CONNECTIONS: [429, 'Too many connections from this address'],
  HEADERS_TOO_LARGE: [431, 'The header is too large'],
  INTERNAL: [500, 'The server failed'],
  DEFERRED_BY_HOOK: [503, 'A plugin asks to try again later'],
  HOOK_UNAVAILABLE: [503, 'A plugin could not decide; try again'],
  STORAGE_UNAVAILABLE: [503, 'It could not be stored; try again'],
  OVERLOADED: [503, 'The server has more to do than it can; try again'],
  SHUTTING_DOWN: [503, 'The server is shutting down'],
  STORAGE_FULL: [507, 'The server has no room left; nothing was stored'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof problemCodes;

export interface ProblemContext {
  /** Describes this occurrence, for people. */
  readonly detail?: string;
  /** Members of the document beyond the standard ones. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Whole seconds after which a retry makes sense. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** An RFC 9457 problem document. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: string;
  /** The value of Retry-After, for a document that is not an answer by itself: the result of one message of a batch. */
  readonly retryAfter?: number;
  readonly [member: string]: unknown;
}

/** Thrown by a route; the client gets its document. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly retryAfter: number | undefined;
  readonly #context: ProblemContext;

  constructor(code: ProblemCode, context: ProblemContext = {}) {
    const [status, title] = problemCodes[code];
    super(context.detail ?? title, context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.status = status;
    this.retryAfter = context.retryAfter;
    this.#context = context;
  }

  document(): ProblemDocument {
    const { detail, members } = this.#context;
    return {
      type: `urn:gatehouse:problem:${this.code.toLowerCase().replaceAll('_', '-')}`,
      title: problemCodes[this.code][1],
      status: this.status,
      code: this.code,
      ...(detail !== undefined && { detail }),
      ...(this.retryAfter !== undefined && { retryAfter: this.retryAfter }),
      ...members,
    };
  }
}
