// True messages of OPAQUE in the wrong place: of another user, of another login, sent again, cut, with one bit turned.
// Whatever is made of them, a session token is given for the right second step only, and once.

import { sign } from 'node:crypto';
import { registrationMessage } from '@gatehouse/server';
import * as opaque from '@serenity-kit/opaque';
import fc from 'fast-check';
import { keyStretching, newIdentity } from '../dist/support/client.js';

const toText = (bytes) => Buffer.from(bytes).toString('base64url');
const toBytes = (text) => Buffer.from(text, 'base64url');

function turnBit(message, at) {
  const bytes = toBytes(message);
  const bit = at % (bytes.length * 8);
  bytes[bit >> 3] ^= 1 << (bit & 7);
  return toText(bytes);
}

/** What can be wrong with a message that was right. */
const spoil = {
  'without its last byte': (message) => toText(toBytes(message).subarray(0, -1)),
  'without its first byte': (message) => toText(toBytes(message).subarray(1)),
  'with a byte more': (message) => toText(Buffer.concat([toBytes(message), Buffer.of(0)])),
  'with one bit turned': turnBit,
};

const keyOf = (table) => fc.constantFrom(...Object.keys(table));

/** A client that keeps what it said. `say` resolves with the answer's body. */
class Client {
  #say;

  constructor(say) {
    this.#say = say;
  }

  /** The first step of a login, taken for true, and the second as the client would take it. */
  async begin({ username, password }) {
    const { clientLoginState, startLoginRequest } = opaque.client.startLogin({ password });
    const { loginId, loginResponse } = await this.#say('login/start', { username, startLoginRequest });
    const finished = opaque.client.finishLogin({ clientLoginState, loginResponse, password, keyStretching });
    return { loginId, startLoginRequest, finishLoginRequest: finished.finishLoginRequest };
  }

  /** Resolves with whether a session token was given. */
  async finish(loginId, finishLoginRequest) {
    return (await this.#say('login/finish', { loginId, finishLoginRequest })).token !== undefined;
  }

  start(username, startLoginRequest) {
    return this.#say('login/start', { username, startLoginRequest });
  }

  /** A true record of `username`. */
  async record(username, password) {
    const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
    const { registrationResponse } = await this.#say('register/start', { username, registrationRequest });
    const finishing = { clientRegistrationState, registrationResponse, password, keyStretching };
    return { registrationRequest, ...opaque.client.finishRegistration(finishing) };
  }

  /** Registers with whatever record, signed as it should be. */
  register(username, registrationRecord) {
    const { bytes, key, privateKey } = newIdentity();
    const signature = toText(sign(null, registrationMessage(username, bytes, registrationRecord), privateKey));
    return this.#say('register/finish', { username, identityKey: key, registrationRecord, signature });
  }

  startRegistration(username, registrationRequest) {
    return this.#say('register/start', { username, registrationRequest });
  }
}

/** Messages that are right somewhere else, for the second step of `own`. */
const misplaced = {
  'the second step of another login': ({ same }) => same.finishLoginRequest,
  'the second step of another user': ({ other }) => other.finishLoginRequest,
  'the first step': ({ own }) => own.startLoginRequest,
  'a registration record': ({ record }) => record.registrationRecord,
};

/** Each resolves with how many session tokens were given, and how many should have been. */
const conversations = {
  async misplaced(client, { users: [user, another], misplace }) {
    const [own, same, other] = [await client.begin(user), await client.begin(user), await client.begin(another)];
    const record = await client.record(user.username, user.password);
    const wrong = await client.finish(own.loginId, misplaced[misplace]({ own, same, other, record }));
    // Whoever took a wrong second step has used up the login.
    const late = await client.finish(own.loginId, own.finishLoginRequest);
    return { given: wrong + late, due: 0 };
  },

  async spoilt(client, { users: [user], how, at }) {
    const { loginId, finishLoginRequest } = await client.begin(user);
    const wrong = await client.finish(loginId, spoil[how](finishLoginRequest, at));
    const late = await client.finish(loginId, finishLoginRequest);
    return { given: wrong + late, due: 0 };
  },

  async replayed(client, { users: [user], times }) {
    const { loginId, finishLoginRequest } = await client.begin(user);
    const finish = () => client.finish(loginId, finishLoginRequest);
    const atOnce = await Promise.all(Array.from({ length: times }, finish));
    return { given: [...atOnce, await finish()].filter(Boolean).length, due: 1 };
  },

  async 'with a first step that is spoilt'(client, { users: [user], how, at }) {
    const { startLoginRequest, finishLoginRequest } = await client.begin(user);
    const { loginId } = await client.start(user.username, spoil[how](startLoginRequest, at));
    const given = loginId !== undefined && (await client.finish(loginId, finishLoginRequest));
    return { given: Number(given), due: 0 };
  },

  async 'of a registration that is spoilt, or another’s'(client, { users: [user], name, how, at }) {
    const { registrationRequest, registrationRecord } = await client.record(user.username, user.password);
    await client.startRegistration(name, spoil[how](registrationRequest, at));
    await client.register(name, spoil[how](registrationRecord, at));
    await client.register(name, registrationRecord);
    await client.register(user.username, registrationRecord);
    // Whether or not that name is somebody's now: the messages of another are no way in.
    const { loginId, finishLoginRequest } = await client.begin(user);
    const { startLoginRequest } = opaque.client.startLogin({ password: user.password });
    const begun = await client.start(name, startLoginRequest);
    const wrong = await client.finish(begun.loginId, finishLoginRequest);
    return { given: wrong + (await client.finish(loginId, finishLoginRequest)), due: 1 };
  },
};

/** `users` have registered. */
export function conversationArbitrary(users) {
  return fc.record({
    what: keyOf(conversations),
    users: fc.shuffledSubarray(users, { minLength: 2, maxLength: 2 }),
    name: fc.stringMatching(/^[a-z]{8}[0-9]{8}$/),
    misplace: keyOf(misplaced),
    how: keyOf(spoil),
    at: fc.nat(),
    times: fc.integer({ min: 1, max: 5 }),
  });
}

/** Has a conversation. Resolves with what went wrong, if anything. */
export async function converse(plan, say) {
  const { given, due } = await conversations[plan.what](new Client(say), plan);
  return given === due ? undefined : `${given} session tokens and not ${due}: ${JSON.stringify(plan)}`;
}
