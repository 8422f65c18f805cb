// The routes by which a user gets a session token.

import { Type } from 'typebox';
import { LoginAttempts } from '../../accounts/login-attempts.js';
import { addressKey } from '../../http/rate-limits.js';
import { toBase64url } from '../../wire/bytes.js';
import { Problem } from '../../wire/problems.js';
import { Exactly, IdentityKey, LoginId, OpaqueMessage, Timestamp, Username } from '../../wire/schemas.js';
import type { App, RouteContext } from '../context.js';

const tags = ['account'];
/** Logins between their two steps, of all clients together. */
const maxAttempts = 10_000;

export function loginRoutes(
  app: App,
  { store, sessions, guesses, opaque, tell, limits, settings }: RouteContext,
): void {
  // The client is told the same in each case; only the plugins learn which it was.
  const failed = (username: string, failureReason: string) =>
    tell('onAuth', { username, success: false, failureReason });
  const attempts = new LoginAttempts({ lifetimeMs: settings.loginSeconds * 1000, max: maxAttempts }, (attempt) =>
    failed(attempt.username, attempt.user ? 'login not finished' : 'unknown user'),
  );
  app.addHook('onClose', async () => attempts.close());

  app.post(
    '/login/start',
    {
      onRequest: limits.perAddress,
      config: { problems: ['OPAQUE_MESSAGE_INVALID'] },
      schema: {
        tags,
        summary: 'First step of a login',
        description: 'The answer for a username that nobody has looks like any other.',
        body: Exactly({ username: Username, startLoginRequest: OpaqueMessage }),
        response: { 200: Exactly({ loginId: LoginId, loginResponse: OpaqueMessage }) },
      },
    },
    async (request) => {
      const { username, startLoginRequest } = request.body;
      const address = addressKey(request);
      guesses.begin(username, address);
      const user = await store.user(username);
      const begun = opaque.beginLogin(username, user?.registrationRecord, startLoginRequest);
      const loginId = attempts.keep({ username, address, user, serverLoginState: begun.serverLoginState });
      return { loginId, loginResponse: begun.loginResponse };
    },
  );

  app.post(
    '/login/finish',
    {
      onRequest: limits.perAddress,
      config: { problems: ['LOGIN_FAILED', 'STORAGE_UNAVAILABLE', 'STORAGE_FULL'] },
      schema: {
        tags,
        summary: 'Second step of a login: gives a session token',
        description:
          'A client that could not open the answer of the first step (the password does not fit) leaves ' +
          '`finishLoginRequest` out: the attempt then counts as failed at once, and not only when it runs out.',
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
      },
    },
    async ({ body: { loginId, finishLoginRequest } }) => {
      const attempt = attempts.take(loginId);
      if (!attempt) throw new Problem('LOGIN_FAILED');
      const { username, address, user, serverLoginState } = attempt;
      const fits = finishLoginRequest !== undefined && opaque.finishLogin(serverLoginState, finishLoginRequest);
      if (!fits || !user) {
        failed(username, user ? 'wrong password' : 'unknown user');
        throw new Problem('LOGIN_FAILED');
      }
      guesses.succeeded(username, address);
      const { token, expiresAt } = await sessions.open(user);
      tell('onAuth', { username, success: true, failureReason: '' });
      return { token, identityKey: toBase64url(user.identityKey), expiresAt: new Date(expiresAt).toISOString() };
    },
  );
}
