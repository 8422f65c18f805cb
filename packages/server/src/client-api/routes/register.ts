// The routes by which somebody becomes a user: OPAQUE registration, and the proof of an identity key.

import { provesPossession, registrationMessage } from '../../accounts/possession.js';
import { addressKey } from '../../http/rate-limits.js';
import { fromBase64url } from '../../wire/bytes.js';
import { Problem } from '../../wire/problems.js';
import { Exactly, IdentityKey, OpaqueMessage, Signature, Username } from '../../wire/schemas.js';
import type { App, RouteContext } from '../context.js';

const tags = ['account'];

export function registerRoutes(app: App, { store, guesses, opaque, tell, limits }: RouteContext): void {
  app.post(
    '/register/start',
    {
      onRequest: limits.perAddress,
      config: { problems: ['OPAQUE_MESSAGE_INVALID'] },
      schema: {
        tags,
        summary: 'First step of a registration: blinds the password',
        body: Exactly({ username: Username, registrationRequest: OpaqueMessage }),
        response: { 200: Exactly({ registrationResponse: OpaqueMessage }) },
      },
    },
    async (request) => {
      const { username, registrationRequest } = request.body;
      // The answer blinds a password with the key of the account, also one that is registered: it serves a guess.
      guesses.begin(username, addressKey(request));
      return { registrationResponse: opaque.answerRegistration(username, registrationRequest) };
    },
  );

  app.post(
    '/register/finish',
    {
      onRequest: limits.perAddress,
      config: {
        problems: [
          'OPAQUE_MESSAGE_INVALID',
          'POSSESSION_NOT_PROVEN',
          'USERNAME_TAKEN',
          'IDENTITY_TAKEN',
          'STORAGE_UNAVAILABLE',
          'STORAGE_FULL',
        ],
      },
      schema: {
        tags,
        summary: 'Second step of a registration: stores the user',
        description:
          'The signature is made with the identity key over: the bytes of `gatehouse/v1/register`, a zero byte, ' +
          'the length of the username in UTF-8 (2 bytes, big endian), the username, the identity key, and the ' +
          'SHA-256 of the registration record.',
        body: Exactly({
          username: Username,
          identityKey: IdentityKey,
          registrationRecord: OpaqueMessage,
          signature: Signature,
        }),
        response: { 201: Exactly({ username: Username, identityKey: IdentityKey }) },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { username, registrationRecord } = body;
      const identityKey = fromBase64url(body.identityKey);
      const message = registrationMessage(username, identityKey, registrationRecord);
      if (!provesPossession(message, identityKey, fromBase64url(body.signature))) {
        throw new Problem('POSSESSION_NOT_PROVEN');
      }
      opaque.checkRecord(registrationRecord);
      const added = await store.addUser({ username, identityKey, registrationRecord });
      if (added === 'username-taken') throw new Problem('USERNAME_TAKEN');
      if (added === 'identity-taken') throw new Problem('IDENTITY_TAKEN');
      guesses.succeeded(username, addressKey(request));
      tell('onUserRegistered', { username, identityKey });
      return reply.status(201).send({ username, identityKey: body.identityKey });
    },
  );
}
