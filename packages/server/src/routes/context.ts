// What the routes are given: everything that they work with, made once per server.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { Admission } from '../admission.js';
import type { GuessLimits } from '../auth/guess-limits.js';
import type { OpaqueServer } from '../auth/opaque.js';
import type { Sessions } from '../auth/sessions.js';
import type { Tell } from '../hooks.js';
import type { RateLimits } from '../rate-limits.js';
import type { Store } from '../store/store.js';
import type { Waiters } from '../waiters.js';

/** The settings that the routes look at. */
export interface RouteSettings {
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
  readonly admission: Admission;
  readonly opaque: OpaqueServer;
  readonly tell: Tell;
  readonly limits: RateLimits;
  readonly waiters: Waiters;
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
