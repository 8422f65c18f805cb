// The routes by which a user gets a session token.

import { nameKey } from '@gatehouse/support/precis';
import { Type } from 'typebox';
import { LoginAttempts } from '../../accounts/login-attempts.js';
import { addressKey } from '../../http/rate-limits.js';
import type { Tell } from '../../messages/plugin-host.js';
import type { User } from '../../store/store.js';
import { toBase64url } from '../../wire/bytes.js';
import { Problem } from '../../wire/problems.js';
import { Exactly, IdentityKey, LoginId, OpaqueMessage, Timestamp, Username } from '../../wire/schemas.js';
import type { RouteSettings } from '../context.js';
import { clientRoute } from '../route.js';

/** Logins between their two steps, over all clients. */
const maxAttempts = 10_000;

/** Creates the attempts that both steps share. An attempt that is never finished is reported as failed. */
export function loginAttempts({ loginSeconds }: RouteSettings, tell: Tell): LoginAttempts {
  return new LoginAttempts({ lifetimeMs: loginSeconds * 1_000, max: maxAttempts }, ({ username, user }) =>
    reportFailure(tell, username, user ? 'login not finished' : 'unknown user'),
  );
}

/** Tells the plugins the reason; the client gets the same answer in each case. */
export function reportFailure(tell: Tell, username: string, failureReason: string): void {
  tell('onAuth', { username, success: false, failureReason });
}

export const startLogin = clientRoute({
  path: '/v1/login/start',
  tag: 'account',
  summary: 'First step of a login',
  description: 'The answer for a username that nobody has looks like any other.',
  auth: 'anyone',
  limit: 'perAddress',
  problems: ['OPAQUE_MESSAGE_INVALID'],
  schemas: () => ({
    body: Exactly({ username: Username, startLoginRequest: OpaqueMessage }),
    response: { 200: Exactly({ loginId: LoginId, loginResponse: OpaqueMessage }) },
  }),
  handler:
    ({ store, guesses, refusedGuesses, opaque, attempts }) =>
    async (request) => {
      const { startLoginRequest } = request.body;
      const address = addressKey(request);
      refusedGuesses.begin(guesses, { step: 'login', username: request.body.username, address });
      const user = await store.user(request.body.username);
      const username = user?.username ?? request.body.username;
      const begun = opaque.beginLogin(nameInOpaque(username, user), user?.registrationRecord, startLoginRequest);
      const loginId = attempts.keep({ username, address, user, serverLoginState: begun.serverLoginState });
      return { loginId, loginResponse: begun.loginResponse };
    },
});

/**
 * Returns the name of the account in OPAQUE. One that nobody has is prepared as a new account's is: its answers look alike
 * for all its spellings, as those of an account do.
 */
function nameInOpaque(username: string, user: User | undefined): string {
  return user === undefined ? nameKey(username) : (user.preparedName ?? user.username);
}

export const finishLogin = clientRoute({
  path: '/v1/login/finish',
  tag: 'account',
  summary: 'Second step of a login: gives a session token',
  description:
    'A client that could not open the answer of the first step (the password does not fit) leaves ' +
    '`finishLoginRequest` out: the attempt then counts as failed at once, and not only when it runs out.',
  auth: 'anyone',
  limit: 'perAddress',
  problems: ['LOGIN_FAILED', 'STORAGE_UNAVAILABLE', 'STORAGE_FULL'],
  schemas: () => ({
    body: Exactly({ loginId: LoginId, finishLoginRequest: Type.Optional(OpaqueMessage) }),
    response: {
      200: Exactly({
        token: Type.String({
          description: 'For the header `Authorization: Bearer …`',
          examples: ['q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k'],
        }),
        identityKey: IdentityKey,
        expiresAt: Type.String({ ...Timestamp, description: 'RFC 3339; moves on while the token is used' }),
      }),
    },
  }),
  handler:
    ({ sessions, guesses, opaque, attempts, tell }) =>
    async ({ body: { loginId, finishLoginRequest } }) => {
      const attempt = attempts.take(loginId);
      if (!attempt) throw new Problem('LOGIN_FAILED');
      const { username, address, user, serverLoginState } = attempt;
      const fits = finishLoginRequest !== undefined && opaque.finishLogin(serverLoginState, finishLoginRequest);
      if (!fits || !user) {
        reportFailure(tell, username, user ? 'wrong password' : 'unknown user');
        throw new Problem('LOGIN_FAILED');
      }
      guesses.succeeded(username, address);
      const { token, expiresAt } = await sessions.open(user);
      tell('onAuth', { username, success: true, failureReason: '' });
      return { token, identityKey: toBase64url(user.identityKey), expiresAt: new Date(expiresAt).toISOString() };
    },
});
