// What becomes of requests that are under way when their session ends.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import t from 'tap';
import { login, newPair, payload, post } from '../support/client.js';
import { type SmallServer, smallServer } from '../support/small-server.js';
import { reads } from './reads.js';

const hashOf = (token: string) => createHash('sha256').update(token).digest();
const forLong = 60_000;
const refused = { status: 401, body: { code: 'UNAUTHENTICATED' } };

/** A server on which Bob waits in two sessions, and both waits have begun. */
async function bobWaitsTwice(server: SmallServer) {
  const { url, store } = server;
  const { alice, bob, channelId } = await newPair(url);
  const second: string = (await login(url, 'bob', bob.password)).body.token;
  const read = reads(store);
  const inFirst = bob.post('fetch-wait', { channelId, timeoutMs: forLong });
  await read.next();
  const inSecond = post(url, 'fetch-wait', { channelId, timeoutMs: forLong }, second);
  await read.next();
  return { alice, bob, channelId, second, inFirst, inSecond };
}

t.test('a logout ends the waits of its session with 401 at once, and those of other sessions go on', async (t) => {
  const server = await smallServer(t);
  const { alice, bob, channelId, inFirst, inSecond } = await bobWaitsTwice(server);
  t.equal((await bob.post('logout')).status, 204);
  t.match(await inFirst, refused);
  await alice.post('enqueue', { channelId, payload: payload('for the second') });
  t.match(await inSecond, { status: 200, body: { messages: [{ payload: payload('for the second') }] } });
});

t.test('logout-all ends the waits of all sessions of the user, and of nobody else', async (t) => {
  const server = await smallServer(t);
  const { alice, bob, channelId, second, inFirst, inSecond } = await bobWaitsTwice(server);
  const read = reads(server.store);
  const ofAlice = alice.post('fetch-wait', { channelId, timeoutMs: forLong });
  await read.next();
  t.equal((await post(server.url, 'logout-all', undefined, second)).status, 204);
  t.match(await Promise.all([inFirst, inSecond]), [refused, refused]);
  const again = (await login(server.url, 'bob', bob.password)).body.token;
  await post(server.url, 'enqueue', { channelId, payload: payload('for alice') }, again);
  t.match(await ofAlice, { status: 200, body: { messages: [{ payload: payload('for alice') }] } });
});

t.test('a wait that finds its session ended elsewhere gets no message', async (t) => {
  const { url, store, told } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  const read = reads(store);
  const waiting = bob.post('fetch-wait', { channelId, timeoutMs: forLong });
  await read.next();
  await store.removeSession(hashOf(bob.token));
  await alice.post('enqueue', { channelId, payload: payload('not for bob any more') });
  t.match(await waiting, refused);
  t.strictSame(told.onFetch, []);
});

t.test('a wait ends with 401 when its session expires, unless another request lengthened it', async (t) => {
  const { url, store } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  const read = reads(store);
  const session = (await store.session(hashOf(bob.token)))!;
  const expireIn = (ms: number) => store.addSession(hashOf(bob.token), { ...session, expiresAt: Date.now() + ms });
  // Without renewal by the wait itself: at its maximum a session is not lengthened by use.
  const openedAt = Date.now() - 90 * 24 * 3_600_000 + 300;
  await store.addSession(hashOf(bob.token), { ...session, openedAt, expiresAt: openedAt + 90 * 24 * 3_600_000 });
  const began = performance.now();
  t.match(await bob.post('fetch-wait', { channelId, timeoutMs: forLong }), refused);
  t.ok(performance.now() - began < forLong / 2);
  await store.addSession(hashOf(bob.token), { ...session, openedAt, expiresAt: Date.now() + 300 });
  const reading = read.next();
  const waiting = bob.post('fetch-wait', { channelId, timeoutMs: forLong });
  await reading;
  await expireIn(forLong);
  await read.next();
  await alice.post('enqueue', { channelId, payload: payload('later') });
  t.match(await waiting, { status: 200, body: { messages: [{ payload: payload('later') }] } });
});

t.test('a request whose session ends while its body arrives is refused, and nothing is stored', async (t) => {
  const { url, store, requested } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  const second: string = (await login(url, 'alice', alice.password)).body.token;
  for (const [path, message] of [
    ['enqueue', { channelId, payload: payload('late') }],
    ['batch-enqueue', { messages: [{ channelId, payload: payload('late') }] }],
  ] as const) {
    const token: string = (await login(url, 'alice', alice.password)).body.token;
    const arrived = requested();
    const slow = httpRequest(`${url}/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    });
    const text = JSON.stringify(message);
    slow.write(text.slice(0, 5));
    await arrived;
    // Its token has been looked up before a request that came later is answered.
    await post(url, 'fetch', { channelId }, token);
    t.equal((await post(url, 'logout', undefined, token)).status, 204);
    slow.end(text.slice(5));
    const [response] = await once(slow, 'response');
    t.equal(response.statusCode, 401, path);
    response.resume();
    await once(response, 'close');
  }
  t.equal((await post(url, 'enqueue', { channelId, payload: payload('one') }, second)).body.seq, '1');
  t.equal((await bob.post('fetch', { channelId })).body.messages.length, 1);
  t.ok(await store.session(hashOf(second)));
});
