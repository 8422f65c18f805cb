// A client that uses the server only from outside: HTTP, OPAQUE and its own identity key.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { registrationMessage } from '@gatehouse/server';
import * as opaque from '@serenity-kit/opaque';

await opaque.ready;

/** The least work for argon2: the strength of passwords is not tested. */
export const keyStretching = { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it
  readonly body: any;
}

export async function post(
  url: string,
  path: string,
  body?: unknown,
  token?: string,
  signal?: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: {
      ...headers,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  return answerOf(response);
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

export interface Identity {
  readonly privateKey: KeyObject;
  /** As encoded in JSON. */
  readonly key: string;
  readonly bytes: Buffer;
}

export function newIdentity(): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = publicKey.export({ format: 'jwk' }).x!;
  return { privateKey, key, bytes: Buffer.from(key, 'base64url') };
}

/** Takes the first step of a registration, and returns the body for `register/finish`. */
export async function registration(url: string, username: string, password: string, identity: Identity) {
  const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
  const started = await post(url, 'register/start', { username, registrationRequest });
  if (started.status !== 200) throw new Error(JSON.stringify(started.body));
  const { registrationRecord } = opaque.client.finishRegistration({
    clientRegistrationState,
    registrationResponse: started.body.registrationResponse,
    password,
    keyStretching,
  });
  const message = registrationMessage(username, identity.bytes, registrationRecord);
  const signature = sign(null, message, identity.privateKey).toString('base64url');
  return { username, identityKey: identity.key, registrationRecord, signature };
}

export async function register(url: string, username: string, password: string, identity = newIdentity()) {
  return post(url, 'register/finish', await registration(url, username, password, identity));
}

/** Takes the first step of a login. `finishLoginRequest` is undefined when the password is wrong. */
export async function startLogin(url: string, username: string, password: string) {
  const { clientLoginState, startLoginRequest } = opaque.client.startLogin({ password });
  const started = await post(url, 'login/start', { username, startLoginRequest });
  if (started.status !== 200) return { started, finishLoginRequest: undefined };
  const { loginResponse } = started.body;
  const finished = opaque.client.finishLogin({ clientLoginState, loginResponse, password, keyStretching });
  return { started, finishLoginRequest: finished?.finishLoginRequest };
}

export async function login(url: string, username: string, password: string): Promise<Answer> {
  const { started, finishLoginRequest } = await startLogin(url, username, password);
  return post(url, 'login/finish', {
    loginId: started.body.loginId,
    ...(finishLoginRequest !== undefined && { finishLoginRequest }),
  });
}

export interface LoggedIn extends Identity {
  readonly username: string;
  readonly password: string;
  readonly token: string;
  post(path: string, body?: unknown, signal?: AbortSignal): Promise<Answer>;
}

export async function newUser(url: string, username: string, password = `secret of ${username}`): Promise<LoggedIn> {
  const identity = newIdentity();
  const registered = await register(url, username, password, identity);
  if (registered.status !== 201) throw new Error(JSON.stringify(registered.body));
  const { body } = await login(url, username, password);
  const token: string = body.token;
  return { ...identity, username, password, token, post: (path, sent, signal) => post(url, path, sent, token, signal) };
}

/** Two users and the channel between them. */
export async function newPair(url: string) {
  const [alice, bob] = [await newUser(url, 'alice'), await newUser(url, 'bob')];
  const { body } = await alice.post('channels', { peerKey: bob.key });
  return { alice, bob, channelId: body.channelId as string };
}

export const payload = (text: string) => Buffer.from(text).toString('base64url');
