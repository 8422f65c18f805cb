// Registration, login and sessions over HTTP.

import { createHash, randomBytes, sign } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createOpaqueSetup, registrationMessage } from '@gatehouse/server';
import * as opaque from '@serenity-kit/opaque';
import t from 'tap';
import {
  keyStretching,
  login,
  newIdentity,
  newUser,
  post,
  register,
  registration,
  startLogin,
} from '../support/client.js';
import { smallServer } from '../support/small-server.js';
import { tempFolder } from '../support/temp-folder.js';

t.test('a user registers, and the plugins are told', async (t) => {
  const { url, told } = await smallServer(t);
  const identity = newIdentity();
  const answer = await register(url, 'alice', 'secret', identity);
  t.equal(answer.status, 201);
  t.strictSame(answer.body, { username: 'alice', identityKey: identity.key });
  t.strictSame(told.onUserRegistered, [{ username: 'alice', identityKey: identity.bytes }]);
});

t.test('a username and an identity key are registered once', async (t) => {
  const { url, told } = await smallServer(t);
  const identity = newIdentity();
  await register(url, 'alice', 'secret', identity);
  t.match(await register(url, 'alice', 'secret'), { status: 409, body: { code: 'USERNAME_TAKEN' } });
  t.match(await register(url, 'bob', 'secret', identity), { status: 409, body: { code: 'IDENTITY_TAKEN' } });
  t.match(await register(url, 'bob', 'secret'), { status: 201 }, 'a refused registration leaves nothing behind');
  t.equal(told.onUserRegistered.length, 2);
});

t.test('of two who register one username at once, one gets it', async (t) => {
  const { url, told } = await smallServer(t);
  const answers = await Promise.all([register(url, 'alice', 'one'), register(url, 'alice', 'two')]);
  t.strictSame(answers.map(({ status }) => status).sort(), [201, 409]);
  t.equal(told.onUserRegistered.length, 1);
});

t.test('an identity key is taken only from whoever can sign with it, for this very registration', async (t) => {
  const { url, told } = await smallServer(t);
  const identity = newIdentity();
  const wanted = await registration(url, 'alice', 'secret', identity);
  const stranger = newIdentity();
  const signed = (name: string, key: Uint8Array, record: string) =>
    sign(null, registrationMessage(name, key, record), identity.privateKey).toString('base64url');
  const otherRecord = (await registration(url, 'alice', 'other', identity)).registrationRecord;
  const forgeries = {
    'random bytes': { signature: randomBytes(64).toString('base64url') },
    'the key of somebody else': { identityKey: stranger.key },
    'another username': { signature: signed('bob', identity.bytes, wanted.registrationRecord) },
    'another password': { signature: signed('alice', identity.bytes, otherRecord) },
    'the bare key': { signature: sign(null, identity.bytes, identity.privateKey).toString('base64url') },
  };
  for (const [what, forged] of Object.entries(forgeries)) {
    const answer = await post(url, 'register/finish', { ...wanted, ...forged });
    t.match(answer, { status: 400, body: { code: 'POSSESSION_NOT_PROVEN' } }, what);
  }
  t.strictSame(told.onUserRegistered, []);
});

t.test('a login gives a token that opens what is closed without', async (t) => {
  const { url, told } = await smallServer(t);
  const alice = await newUser(url, 'alice');
  t.match(alice.token, /^[\w-]{43}$/, '256 bits');
  t.match(await alice.post('channels', { peerKey: newIdentity().key }), {
    status: 404,
    body: { code: 'PEER_UNKNOWN' },
  });
  t.strictSame(told.onAuth, [{ username: 'alice', success: true, failureReason: '' }]);
});

t.test('without a valid token there is only 401', async (t) => {
  const { url } = await smallServer(t);
  const body = { peerKey: newIdentity().key };
  for (const token of [undefined, 'x', randomBytes(32).toString('base64url')]) {
    const answer = await post(url, 'channels', body, token);
    t.match(answer, { status: 401, body: { code: 'UNAUTHENTICATED' } });
    t.equal(answer.headers.get('www-authenticate'), 'Bearer');
    t.match(answer.headers.get('content-type'), 'application/problem+json');
  }
});

t.test('a wrong password and an unknown user look the same from outside', async (t) => {
  const { url, told } = await smallServer(t);
  await register(url, 'alice', 'secret');
  const [wrong, unknown] = [await startLogin(url, 'alice', 'guess'), await startLogin(url, 'nobody', 'guess')];
  t.equal(wrong.started.status, unknown.started.status);
  t.strictSame(shape(wrong.started.body), shape(unknown.started.body));
  t.equal(wrong.finishLoginRequest, undefined, 'the client itself sees that the password does not fit');
  t.equal(unknown.finishLoginRequest, undefined);

  const guess = randomBytes(64).toString('base64url');
  for (const finishLoginRequest of [guess, undefined]) {
    const finish = async (username: string) => {
      const { started } = await startLogin(url, username, 'guess');
      return post(url, 'login/finish', { loginId: started.body.loginId, finishLoginRequest });
    };
    const [one, other] = [await finish('alice'), await finish('nobody')];
    t.equal(one.status, 401);
    t.strictSame(one.body, other.body);
    t.equal(one.body.code, 'LOGIN_FAILED');
    t.strictSame([...one.headers.keys()], [...other.headers.keys()]);
  }
  t.strictSame(
    told.onAuth.map(({ username, success, failureReason }) => `${username} ${success} ${failureReason}`),
    ['alice', 'nobody', 'alice', 'nobody'].map(
      (name) => `${name} false ${name === 'alice' ? 'wrong password' : 'unknown user'}`,
    ),
    'the plugins are told which it was',
  );
});

/** The names and lengths of what an answer holds. */
function shape(body: Record<string, string>): Record<string, number> {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, value.length]));
}

t.test('each login can be finished once', async (t) => {
  const { url } = await smallServer(t);
  await register(url, 'alice', 'secret');
  const { started, finishLoginRequest } = await startLogin(url, 'alice', 'secret');
  const body = { loginId: started.body.loginId, finishLoginRequest };
  t.equal((await post(url, 'login/finish', body)).status, 200);
  t.match(await post(url, 'login/finish', body), { status: 401, body: { code: 'LOGIN_FAILED' } });
});

t.test('a session ends with its logout, and the others go on', async (t) => {
  const { url } = await smallServer(t);
  const alice = await newUser(url, 'alice');
  const second = (await login(url, 'alice', alice.password)).body.token;
  t.equal((await alice.post('logout')).status, 204);
  t.equal((await alice.post('logout')).status, 401);
  t.equal((await post(url, 'logout', undefined, second)).status, 204);
});

t.test('an expired session is worth nothing, and is removed', async (t) => {
  const { url, store } = await smallServer(t);
  const alice = await newUser(url, 'alice');
  const hash = createHash('sha256').update(alice.token).digest();
  const session = await store.session(hash);
  await store.addSession(hash, { ...session!, expiresAt: Date.now() - 1 });
  t.equal((await alice.post('logout')).status, 401);
  t.equal(await store.removeSessionsExpiredBy(Date.now()), 1);
  t.equal(await store.session(hash), undefined);
});

t.test('the store holds no token, and no password', async (t) => {
  const folder = await tempFolder(t);
  const { url, close } = await smallServer(t, { folder });
  const alice = await newUser(url, 'alice', 'a password that is easy to find');
  await close();
  for (const name of await readdir(folder)) {
    const content = await readFile(`${folder}/${name}`, 'latin1');
    t.notMatch(content, alice.token);
    t.notMatch(content, 'easy to find');
    t.notMatch(content, Buffer.from(alice.token, 'base64url').toString('latin1'));
  }
});

t.test('users and their sessions are still there after a restart', async (t) => {
  const folder = await tempFolder(t);
  const first = await smallServer(t, { folder });
  const alice = await newUser(first.url, 'alice');
  await first.close();
  const { url } = await smallServer(t, { folder });
  t.equal((await login(url, 'alice', alice.password)).status, 200);
  t.equal((await post(url, 'logout', undefined, alice.token)).status, 204);
});

t.test('no two accounts differ by case, width or normal form, and a name is shown as it was chosen', async (t) => {
  const { url, told } = await smallServer(t);
  const { body } = await register(url, '\u00c5lice', 'secret');
  t.equal(body.username, '\u00c5lice');
  const spellings = ['\u00e5lice', 'A\u030alice', '\uff21\u030alice', '\u00c5LICE', '\u00c5lice'];
  for (const name of spellings) {
    t.match(await register(url, name, 'other'), { status: 409, body: { code: 'USERNAME_TAKEN' } }, name);
    t.match(await login(url, name, 'secret'), { status: 200, body: { identityKey: body.identityKey } }, name);
    t.equal((await login(url, name, 'other')).status, 401);
  }
  const names = new Set([...told.onAuth, ...told.onUserRegistered].map(({ username }) => username));
  t.strictSame([...names], ['\u00c5lice']);
});

t.test('all spellings of a name have the same number of guesses', async (t) => {
  const { url } = await smallServer(t, { settings: { loginTries: 2, loginDelaySeconds: 60 } });
  await register(url, 'alice', 'secret');
  for (const name of ['Alice', '\uff21lice']) t.equal((await login(url, name, 'guess')).status, 401);
  t.equal((await startLogin(url, 'ALICE', 'guess')).started.status, 429);
});

t.test('an account of before, which has its name as it was typed, logs in as it did', async (t) => {
  const opaqueSetup = await createOpaqueSetup();
  const { url, store } = await smallServer(t, { opaqueSetup });
  const password = 'secret';
  const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
  const userIdentifier = 'Alice';
  const answer = { serverSetup: opaqueSetup, userIdentifier, registrationRequest };
  const { registrationResponse } = opaque.server.createRegistrationResponse(answer);
  const params = { clientRegistrationState, registrationResponse, password, keyStretching };
  const { registrationRecord } = opaque.client.finishRegistration(params);
  await store.addUser({ username: 'Alice', identityKey: newIdentity().bytes, registrationRecord });
  for (const name of ['Alice', 'alice']) t.equal((await login(url, name, password)).status, 200, name);
});

t.test('a name that nobody has is answered alike in all its spellings, as an account is', async (t) => {
  const { url } = await smallServer(t);
  await register(url, 'Alice', 'secret');
  const { startLoginRequest } = opaque.client.startLogin({ password: 'guess' });
  const evaluated = async (username: string) => {
    const { body } = await post(url, 'login/start', { username, startLoginRequest });
    // The answer begins with the blinded password, evaluated with the key of the account.
    return Buffer.from(body.loginResponse, 'base64url').subarray(0, 32).toString('hex');
  };
  for (const [name, other] of [
    ['Alice', 'alice'],
    ['Nobody', 'nobody'],
  ] as const)
    t.equal(await evaluated(name), await evaluated(other), name);
});

t.test('names that could be taken for another are refused', async (t) => {
  const { url } = await smallServer(t);
  for (const username of ['', ' alice', 'a b', 'a\u0000b', 'a\u0301 b', 'x'.repeat(65), '-x']) {
    const answer = await post(url, 'register/start', { username, registrationRequest: 'AAAA' });
    t.match(answer, { status: 400, body: { code: 'INVALID_REQUEST' } }, JSON.stringify(username));
  }
});

t.test('a new name that RFC 8265 does not allow is refused with the character', async (t) => {
  const { url } = await smallServer(t);
  const registrationRequest = Buffer.alloc(32).toString('base64url');
  for (const [username, why] of [
    ['a\u034fb', 'U+034F is not allowed in it'],
    ['a\u3164b', 'U+3164 is not allowed in it'],
    ['henry\u2163', 'U+2163 is not allowed in it'],
    ['a\u05d0', 'it mixes letters or digits that are written in different directions'],
  ] as const) {
    const { status, body } = await post(url, 'register/start', { username, registrationRequest });
    t.match([status, body.code], [400, 'INVALID_REQUEST']);
    t.equal(body.detail, `body/username cannot be used as a name: ${why}`);
  }
});

t.test('OPAQUE messages that cannot be read are a 400', async (t) => {
  const { url } = await smallServer(t);
  const problem = { status: 400, body: { code: 'OPAQUE_MESSAGE_INVALID' } };
  const { registrationRequest } = opaque.client.startRegistration({ password: 'secret' });
  const { startLoginRequest } = opaque.client.startLogin({ password: 'secret' });
  const unreadable = (message: string) => {
    const { length } = Buffer.from(message, 'base64url');
    return [Buffer.alloc(length, 0xff).toString('base64url'), ...lengthened(message)];
  };
  for (const bad of unreadable(registrationRequest))
    t.match(await post(url, 'register/start', { username: 'alice', registrationRequest: bad }), problem);
  for (const bad of unreadable(startLoginRequest))
    t.match(await post(url, 'login/start', { username: 'alice', startLoginRequest: bad }), problem);
  const identity = newIdentity();
  const { registrationRecord } = await registration(url, 'alice', 'secret', identity);
  for (const bad of unreadable(registrationRecord)) {
    const message = registrationMessage('alice', identity.bytes, bad);
    const signature = sign(null, message, identity.privateKey).toString('base64url');
    const body = { username: 'alice', identityKey: identity.key, registrationRecord: bad, signature };
    t.match(await post(url, 'register/finish', body), problem, 'a record that nobody could log in with is not kept');
  }
});

/** The message without its first byte, without its last, and with one more. */
function lengthened(message: string): readonly string[] {
  const bytes = Buffer.from(message, 'base64url');
  const all = [bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)])];
  return all.map((each) => each.toString('base64url'));
}

function withOneBitTurned(message: string): string {
  const bytes = Buffer.from(message, 'base64url');
  bytes[5]! ^= 1;
  return bytes.toString('base64url');
}

t.test('the second step of a login is taken as it is, from where it belongs, and once', async (t) => {
  const { url } = await smallServer(t);
  for (const name of ['alice', 'bob']) await register(url, name, 'secret');
  const finishOf = async (name: string) => (await startLogin(url, name, 'secret')).finishLoginRequest!;
  const misplaced = [await finishOf('alice'), await finishOf('bob')];
  for (let i = 0; i < 6; i++) {
    const { started, finishLoginRequest } = await startLogin(url, 'alice', 'secret');
    const wrong = [...misplaced, ...lengthened(finishLoginRequest!), withOneBitTurned(finishLoginRequest!)][i];
    for (const sent of [wrong, finishLoginRequest]) {
      const answer = await post(url, 'login/finish', { loginId: started.body.loginId, finishLoginRequest: sent });
      t.match(answer, { status: 401, body: { code: 'LOGIN_FAILED' } });
    }
  }
});
