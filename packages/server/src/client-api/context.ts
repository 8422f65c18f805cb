// The context of the routes: everything that they use, created once per server.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { GuessLimits } from '../accounts/guess-limits.js';
import type { LoginAttempts } from '../accounts/login-attempts.js';
import type { OpaqueServer } from '../accounts/opaque.js';
import type { RefusedGuesses } from '../accounts/refused-guesses.js';
import type { Sessions } from '../accounts/sessions.js';
import type { RateLimits } from '../http/rate-limits.js';
import type { Unread } from '../http/unread.js';
import type { Admission } from '../messages/admission.js';
import type { Tell } from '../messages/plugin-host.js';
import type { Waiters } from '../messages/waiters.js';
import type { Store } from '../store/store.js';

/** The settings that the routes use. */
export interface RouteSettings {
  readonly registration: 'open' | 'closed';
  /** Channels that an account may open, in all and within a day; 0: no limit. */
  readonly channelsPerAccount: number;
  readonly newChannelsPerDay: number;
  readonly sealedSender: boolean;
  readonly maxPayloadBytes: number;
  readonly maxBatchBytes: number;
  readonly messageTtlMaxDays: number;
  readonly maxFetchBytes: number;
  readonly maxWaitMs: number;
  readonly loginSeconds: number;
}

export interface RouteContext {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly guesses: GuessLimits;
  readonly refusedGuesses: RefusedGuesses;
  readonly admission: Admission;
  readonly opaque: OpaqueServer;
  readonly attempts: LoginAttempts;
  readonly tell: Tell;
  readonly limits: RateLimits;
  readonly waiters: Waiters;
  readonly unread: Unread;
  readonly settings: RouteSettings;
}

/** A fastify instance whose routes take their types from their schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
