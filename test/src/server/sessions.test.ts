// How long a session lasts, and what ends it.

import { createHash } from 'node:crypto';
import { renewedExpiry } from '@gatehouse/server/internal/accounts/sessions';
import t from 'tap';
import { login, newUser, post } from '../support/client.js';
import { smallServer } from '../support/small-server.js';

const hour = 3_600_000;
const settings = { sessionHours: 4, sessionMaxHours: 10, sessionsPerAccount: 0 };
const hashOf = (token: string) => createHash('sha256').update(token).digest();

t.test('a session is lengthened once a quarter of its time has passed, and not beyond its maximum', async (t) => {
  const renewed = (now: number, expiresAt: number) =>
    renewedExpiry({ openedAt: 0, expiresAt: expiresAt * hour }, now * hour, settings);
  t.equal(renewed(0, 4), undefined);
  t.equal(renewed(1, 4), undefined, 'not worth a write yet');
  t.equal(renewed(1.1, 4), 5.1 * hour);
  t.equal(renewed(7, 8), 10 * hour, 'the maximum');
  t.equal(renewed(9, 10), undefined, 'no write per request at the maximum either');
});

t.test('a session that is used lasts longer, one that was not is over', async (t) => {
  const { url, store } = await smallServer(t, { settings });
  const alice = await newUser(url, 'alice');
  const bob = await newUser(url, 'bob');
  const { expiresAt: _, ...opened } = (await store.session(hashOf(alice.token)))!;
  const soon = Date.now() + hour;
  await store.addSession(hashOf(alice.token), { ...opened, expiresAt: soon });
  t.equal((await alice.post('channels', { peerKey: bob.key })).status, 200);
  const { expiresAt } = (await store.session(hashOf(alice.token)))!;
  t.ok(expiresAt > soon + 2 * hour);
  t.equal((await alice.post('channels', { peerKey: bob.key })).status, 200);
  t.equal((await store.session(hashOf(alice.token)))!.expiresAt, expiresAt, 'the next request writes nothing');
  await store.addSession(hashOf(alice.token), { ...opened, expiresAt: Date.now() - 1 });
  t.equal((await alice.post('channels', { peerKey: bob.key })).status, 401);
});

t.test('a session that was ended is not brought back by a request that was under way', async (t) => {
  const { url, store } = await smallServer(t);
  const alice = await newUser(url, 'alice');
  await alice.post('logout');
  await store.renewSession(hashOf(alice.token), Date.now() + hour);
  t.equal(await store.session(hashOf(alice.token)), undefined);
});

t.test('a request goes on when its session cannot be lengthened', async (t) => {
  const { url, store } = await smallServer(t, {
    wrapStore: (store) => ({ ...store, renewSession: () => Promise.reject(new Error('no room')) }),
  });
  const alice = await newUser(url, 'alice');
  const session = (await store.session(hashOf(alice.token)))!;
  await store.addSession(hashOf(alice.token), { ...session, expiresAt: Date.now() + hour });
  t.equal((await alice.post('logout')).status, 204);
});

t.test('logout-all ends all sessions of the user, and of nobody else', async (t) => {
  const { url, store } = await smallServer(t);
  const [alice, bob] = [await newUser(url, 'alice'), await newUser(url, 'bob')];
  const second = (await login(url, 'alice', alice.password)).body.token;
  t.equal((await post(url, 'logout-all')).status, 401);
  t.equal((await alice.post('logout-all')).status, 204);
  for (const token of [alice.token, second]) {
    t.equal((await post(url, 'logout', undefined, token)).status, 401);
    t.equal(await store.session(hashOf(token)), undefined);
  }
  t.equal((await bob.post('logout')).status, 204);
  t.equal((await login(url, 'alice', alice.password)).status, 200, 'the account is still there');
});

t.test('a session begins with its hours, and with no more than the maximum', async (t) => {
  for (const [sessionHours, sessionMaxHours, hours] of [
    [4, 10, 4],
    [10, 4, 4],
  ] as const) {
    const { url } = await smallServer(t, { settings: { sessionHours, sessionMaxHours } });
    const { username, password } = await newUser(url, 'alice');
    const before = Date.now();
    const expiresAt = Date.parse((await login(url, username, password)).body.expiresAt);
    t.ok(expiresAt >= before + hours * hour && expiresAt <= Date.now() + hours * hour);
  }
});
