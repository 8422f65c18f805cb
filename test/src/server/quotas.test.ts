// The share of the server that one account may take.

import { openLmdbStore } from '@gatehouse/server';
import t from 'tap';
import { admitAll, offerOf } from '../support/admit-all.js';
import { login, newPair, newUser, payload, post } from '../support/client.js';
import { smallServer } from '../support/small-server.js';
import { tempFolder } from '../support/temp-folder.js';

t.test('an account opens so many channels in all, and so many within a day', async (t) => {
  const { url } = await smallServer(t, { settings: { channelsPerAccount: 2, newChannelsPerDay: 1 } });
  const [alice, bob, eve] = await Promise.all(['alice', 'bob', 'eve'].map((name) => newUser(url, name)));
  const open = (peerKey: string) => alice!.post('channels', { peerKey });
  t.equal((await open(bob!.key)).status, 200);
  const second = await open(eve!.key);
  t.match(second, { status: 429, body: { code: 'TOO_MANY_NEW_CHANNELS' } });
  t.ok(Number(second.headers.get('retry-after')) > 86_000, 'until the day is over');
  t.match(await open(bob!.key), { status: 200, body: { wasNew: false } }, 'one that is there');
});

t.test('all quotas hold at their last unit, and each refusal has its code', async (t) => {
  const settings = { channelsPerAccount: 1, accountBytes: 10, retriesPerAccount: 1, sessionsPerAccount: 2 };
  const { url } = await smallServer(t, { settings });
  const { alice, bob, channelId } = await newPair(url);
  const eve = await newUser(url, 'eve');
  t.match(await alice.post('channels', { peerKey: eve.key }), { status: 403, body: { code: 'TOO_MANY_CHANNELS' } });
  const other = (await eve.post('channels', { peerKey: bob.key })).body.channelId;
  t.equal((await alice.post('enqueue', { channelId, payload: payload('1234567') })).status, 200);
  const full = { status: 409, body: { code: 'RECIPIENT_FULL' } };
  t.match(await eve.post('enqueue', { channelId: other, payload: payload('1234') }), full, 'of all mailboxes of bob');
  t.equal((await eve.post('enqueue', { channelId: other, payload: payload('123') })).status, 200);
  const keyed = (key: string) =>
    post(url, 'enqueue', { channelId, payload: '' }, bob.token, undefined, { 'idempotency-key': key });
  t.strictSame([(await keyed('one')).status, (await keyed('one')).status], [200, 200]);
  const refused = await keyed('two');
  t.match(refused, { status: 429, body: { code: 'TOO_MANY_RETRIES' } });
  t.ok(Number(refused.headers.get('retry-after')) > 0);
  t.equal((await bob.post('enqueue', { channelId, payload: '' })).status, 200, 'without a key');
});

t.test('a login beyond the sessions of an account ends the one that expires first', async (t) => {
  const { url } = await smallServer(t, { settings: { sessionsPerAccount: 2 } });
  const alice = await newUser(url, 'alice');
  const second = (await login(url, 'alice', alice.password)).body.token;
  const third = (await login(url, 'alice', alice.password)).body.token;
  const status = async (token: string) => (await post(url, 'fetch', { channelId: 'A'.repeat(22) }, token)).status;
  t.strictSame([await status(alice.token), await status(second), await status(third)], [401, 404, 404]);
});

t.test('where registration is closed nobody registers, and users log in as before', async (t) => {
  const { url, change } = await smallServer(t);
  const alice = await newUser(url, 'alice');
  change({ registration: 'closed' });
  const key = 'A'.repeat(43);
  const bodies = {
    start: { username: 'bob', registrationRequest: key },
    finish: { username: 'bob', identityKey: key, registrationRecord: key, signature: 'A'.repeat(86) },
  };
  for (const step of ['start', 'finish'] as const) {
    t.match(await post(url, `register/${step}`, bodies[step]), { status: 403, body: { code: 'REGISTRATION_CLOSED' } });
  }
  t.equal((await login(url, 'alice', alice.password)).status, 200);
});

t.test('below the floor of free disk nothing is stored, and what is there can be read and acknowledged', async (t) => {
  const folder = await tempFolder(t);
  const of = { recipientKey: Buffer.alloc(32, 1), channelId: Buffer.alloc(16, 1) };
  const before = await openLmdbStore(folder);
  await admitAll(before, [offerOf(of, 'before')]);
  await before.close();
  const troubles: string[] = [];
  const store = await openLmdbStore(folder, {
    freeBytesMin: 2 ** 60,
    onTrouble: (sentence) => troubles.push(sentence),
  });
  t.teardown(() => store.close());
  const full = { failure: 'full', message: /has less than the \d+ bytes that are to be left free/ };
  t.throws(() => store.admit([offerOf(of, 'more')], { messages: 9, bytes: 99 }, () => ({ verdicts: [] })), full);
  await t.rejects(store.addUser({ username: 'a', identityKey: Buffer.alloc(32), registrationRecord: '' }), full);
  await t.rejects(store.openChannel(Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(16)), full);
  await store.checkWritable();
  t.match(store.shortOfRoom(), /has less than/, 'which /health reports, and /readyz does not');
  t.equal(troubles.length, 1, 'one line for all of them');
  t.equal((await store.fetch(of, { after: 0n, limit: 9, maxBytes: 99 })).length, 1);
  t.equal(await store.acknowledge(of, 1n), 1);
});
