// The channel between two users, over HTTP.

import t from 'tap';
import { newIdentity, newUser } from '../support/client.js';
import { smallServer } from '../support/small-server.js';

t.test('a pair has one channel, whoever asks, and the plugins are told each time', async (t) => {
  const { url, told } = await smallServer(t);
  const [alice, bob] = [await newUser(url, 'alice'), await newUser(url, 'bob')];
  const first = await alice.post('channels', { peerKey: bob.key });
  t.equal(first.status, 200);
  t.equal(Buffer.from(first.body.channelId, 'base64url').length, 16);
  t.equal(first.body.wasNew, true);
  const second = await bob.post('channels', { peerKey: alice.key });
  t.strictSame(second.body, { channelId: first.body.channelId, wasNew: false });
  const channelId = Buffer.from(first.body.channelId, 'base64url');
  t.strictSame(told.onChannelCreated, [
    { channelId, initiatorKey: alice.bytes, peerKey: bob.bytes, wasNew: true },
    { channelId, initiatorKey: bob.bytes, peerKey: alice.bytes, wasNew: false },
  ]);
});

t.test('when both ask at once they get the same channel, and it is new to one of them', async (t) => {
  const { url } = await smallServer(t);
  const users = [await newUser(url, 'alice'), await newUser(url, 'bob'), await newUser(url, 'carol')];
  const [alice, bob, carol] = users as [(typeof users)[0], (typeof users)[0], (typeof users)[0]];
  const pairs = [
    [alice, bob],
    [bob, carol],
    [carol, alice],
  ] as const;
  const answers = await Promise.all(
    pairs.map(([a, b]) =>
      Promise.all([a, b, a, b].map((user) => user.post('channels', { peerKey: (user === a ? b : a).key }))),
    ),
  );
  for (const ofPair of answers) {
    t.equal(new Set(ofPair.map(({ body }) => body.channelId)).size, 1);
    t.equal(ofPair.filter(({ body }) => body.wasNew).length, 1);
  }
  t.equal(new Set(answers.flat().map(({ body }) => body.channelId)).size, 3);
});

t.test('there is no channel with oneself, or with somebody who is not registered', async (t) => {
  const { url, told } = await smallServer(t);
  const alice = await newUser(url, 'alice');
  t.match(await alice.post('channels', { peerKey: alice.key }), { status: 400, body: { code: 'CHANNEL_WITH_SELF' } });
  const nobody = { peerKey: newIdentity().key };
  t.match(await alice.post('channels', nobody), { status: 404, body: { code: 'PEER_UNKNOWN' } });
  t.strictSame(told.onChannelCreated, []);
});
