// The routes by which somebody becomes a user: OPAQUE registration, and the proof of an identity key.

import { PreparationError, prepareUsername } from '@gatehouse/support/precis';
import { provesPossession, registrationMessage } from '../../accounts/possession.js';
import { addressKey } from '../../http/rate-limits.js';
import { fromBase64url } from '../../wire/bytes.js';
import { Problem } from '../../wire/problems.js';
import { Exactly, IdentityKey, OpaqueMessage, Signature, Username } from '../../wire/schemas.js';
import type { RouteSettings } from '../context.js';
import { clientRoute } from '../route.js';

export const startRegistration = clientRoute({
  path: '/v1/register/start',
  tag: 'account',
  summary: 'First step of a registration: blinds the password',
  auth: 'anyone',
  limit: 'perAddress',
  problems: ['REGISTRATION_CLOSED', 'OPAQUE_MESSAGE_INVALID'],
  schemas: () => ({
    body: Exactly({ username: Username, registrationRequest: OpaqueMessage }),
    response: { 200: Exactly({ registrationResponse: OpaqueMessage }) },
  }),
  handler:
    ({ settings, guesses, refusedGuesses, opaque }) =>
    async (request) => {
      refuseIfClosed(settings);
      const { username, registrationRequest } = request.body;
      const preparedName = preparedOrThrow(username);
      // The answer evaluates a password with the account's key, even if the account exists: that is as good as a guess.
      refusedGuesses.begin(guesses, { step: 'registration', username, address: addressKey(request) });
      return { registrationResponse: opaque.answerRegistration(preparedName, registrationRequest) };
    },
});

export const finishRegistration = clientRoute({
  path: '/v1/register/finish',
  tag: 'account',
  summary: 'Second step of a registration: stores the user',
  description:
    'The signature is made with the identity key over: the bytes of `gatehouse/v1/register`, a zero byte, ' +
    'the length of the username in UTF-8 (2 bytes, big endian), the username, the identity key, and the ' +
    'SHA-256 of the registration record.',
  auth: 'anyone',
  limit: 'perAddress',
  problems: [
    'REGISTRATION_CLOSED',
    'OPAQUE_MESSAGE_INVALID',
    'POSSESSION_NOT_PROVEN',
    'USERNAME_TAKEN',
    'IDENTITY_TAKEN',
    'STORAGE_UNAVAILABLE',
    'STORAGE_FULL',
  ],
  schemas: () => ({
    body: Exactly({
      username: Username,
      identityKey: IdentityKey,
      registrationRecord: OpaqueMessage,
      signature: Signature,
    }),
    response: { 201: Exactly({ username: Username, identityKey: IdentityKey }) },
  }),
  handler:
    ({ settings, store, guesses, opaque, tell }) =>
    async (request, reply) => {
      refuseIfClosed(settings);
      const { body } = request;
      const { username, registrationRecord } = body;
      const preparedName = preparedOrThrow(username);
      const identityKey = fromBase64url(body.identityKey);
      const message = registrationMessage(username, identityKey, registrationRecord);
      if (!provesPossession(message, identityKey, fromBase64url(body.signature))) {
        throw new Problem('POSSESSION_NOT_PROVEN');
      }
      opaque.checkRecord(registrationRecord);
      const added = await store.addUser({ username, preparedName, identityKey, registrationRecord });
      if (added === 'username-taken') throw new Problem('USERNAME_TAKEN');
      if (added === 'identity-taken') throw new Problem('IDENTITY_TAKEN');
      guesses.succeeded(username, addressKey(request));
      tell('onUserRegistered', { username, identityKey });
      return reply.status(201).send({ username, identityKey: body.identityKey });
    },
});

/** @throws Problem INVALID_REQUEST */
function preparedOrThrow(username: string): string {
  try {
    return prepareUsername(username);
  } catch (error) {
    if (!(error instanceof PreparationError)) throw error;
    throw new Problem('INVALID_REQUEST', { detail: `body/username cannot be used as a name: ${error.message}` });
  }
}

/** In both steps, so that one that was begun before does not end after. */
function refuseIfClosed({ registration }: RouteSettings): void {
  if (registration === 'closed') throw new Problem('REGISTRATION_CLOSED');
}
