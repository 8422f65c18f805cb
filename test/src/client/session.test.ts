// The client against a real server: accounts, channels, messages.

import { randomBytes } from 'node:crypto';
import { connect, createIdentity, isGatehouseError } from '@gatehouse/client';
import t from 'tap';
import { register } from '../support/client.js';
import { connected, connectedPair, text, textOf } from '../support/connected.js';
import { smallServer } from '../support/small-server.js';

t.test('a user registers with an identity key of its own, and logs in', async (t) => {
  const { url, told } = await smallServer(t);
  const gatehouse = connected(url);
  const identity = await createIdentity();
  const account = await gatehouse.register({ username: 'alice', password: 'secret', identity });
  t.equal(account.identity, identity);
  t.match(told.onUserRegistered, [{ username: 'alice', identityKey: Buffer.from(identity.key, 'base64url') }]);
  const session = await gatehouse.login({ username: 'alice', password: 'secret' });
  t.equal(session.identityKey, identity.key);
  t.ok(new Date(session.details.expiresAt).getTime() > Date.now());
});

t.test('with the key stretching that is the default too', async (t) => {
  const { url } = await smallServer(t);
  const gatehouse = connect({ url });
  const { identity } = await gatehouse.register({ username: 'alice', password: 'secret' });
  const session = await gatehouse.login({ username: 'alice', password: 'secret' });
  t.equal(session.identityKey, identity.key);
  await t.rejects(connected(url).login({ username: 'alice', password: 'secret' }), { code: 'LOGIN_FAILED' });
});

t.test('a password that does not fit is known by its code, and told at once', async (t) => {
  const { url, told } = await smallServer(t);
  const gatehouse = connected(url);
  await gatehouse.register({ username: 'alice', password: 'secret' });
  const error = await gatehouse.login({ username: 'alice', password: 'guess' }).catch((error: unknown) => error);
  t.ok(isGatehouseError(error, 'LOGIN_FAILED'));
  t.notOk(isGatehouseError(error, 'UNAUTHENTICATED'));
  t.match(error, { status: 401, problem: { type: 'urn:gatehouse:problem:login-failed' } });
  t.match(told.onAuth, [{ username: 'alice', success: false, failureReason: 'wrong password' }]);
});

t.test('a password typed in another normal form, or with another space, logs in', async (t) => {
  const gatehouse = connected((await smallServer(t)).url);
  await gatehouse.register({ username: 'alice', password: 'caf\u00e9 noir' });
  for (const password of ['caf\u00e9 noir', 'cafe\u0301 noir', 'cafe\u0301\u00a0noir'])
    t.ok(await gatehouse.login({ username: 'alice', password }));
  await t.rejects(gatehouse.login({ username: 'alice', password: 'Caf\u00e9 noir' }), { code: 'LOGIN_FAILED' });
});

t.test('an account of before, whose password was not prepared, logs in as it did', async (t) => {
  const { url } = await smallServer(t);
  const passwords = ['cafe\u0301', 'tab\t', 'plain'];
  for (const [i, password] of passwords.entries()) {
    t.equal((await register(url, `user-${i}`, password)).status, 201);
    t.ok(await connected(url).login({ username: `user-${i}`, password }));
  }
});

t.test('a new password that RFC 8265 does not allow is refused with the reason', async (t) => {
  const { url } = await smallServer(t);
  for (const [password, why] of [
    ['', 'it is empty'],
    ['a\tb', 'U+0009 is not allowed in it'],
  ] as const) {
    const detail = `the password cannot be used: ${why}`;
    await t.rejects(connected(url).register({ username: 'alice', password }), { code: 'PASSWORD_INVALID', detail });
  }
});

t.test('messages are sent, fetched and acknowledged', async (t) => {
  const { alice, bob } = await connectedPair((await smallServer(t)).url);
  t.equal(bob.channel.id, alice.channel.id);
  t.strictSame([alice.channel.wasNew, bob.channel.wasNew], [true, false]);
  t.strictSame(await alice.channel.send(text('one')), { seq: 1n });
  t.strictSame(await alice.channel.sendAll([text('two'), { payload: text('three') }]), [
    { status: 'stored', seq: 2n },
    { status: 'stored', seq: 3n },
  ]);
  const messages = await bob.channel.fetch();
  t.strictSame(messages.map(textOf), ['one', 'two', 'three']);
  t.match(messages[0], { seq: 1n, senderIdentity: alice.session.identityKey, storedAt: Date });
  t.strictSame((await bob.channel.fetch({ after: 1n, limit: 1 })).map(textOf), ['two']);
  t.equal(await bob.channel.acknowledge(2n), 2);
  t.strictSame((await bob.channel.fetch()).map(textOf), ['three']);
  t.strictSame(await alice.channel.fetch(), [], 'what is sent is not fetched');
});

t.test('a payload comes as it was sent, of any length and of any bytes', async (t) => {
  const { alice, bob } = await connectedPair((await smallServer(t)).url);
  const payloads = [0, 1, 2, 3, 255, 60_000].map((length) => new Uint8Array(randomBytes(length)));
  for (const payload of payloads) await alice.channel.send(payload);
  t.strictSame(
    (await bob.channel.fetch()).map(({ payload }) => new Uint8Array(payload)),
    payloads,
  );
});

t.test('what is refused of several messages has its error, and the others their numbers', async (t) => {
  const { url } = await smallServer(t, {
    gate: ({ payloadLen }) => (payloadLen > 3 ? { action: 'reject', reason: 'too long' } : { action: 'continue' }),
  });
  const { alice } = await connectedPair(url);
  const [stored, refused] = await alice.channel.sendAll([text('one'), text('four')]);
  t.match(stored, { status: 'stored', seq: 1n });
  t.match(refused, { status: 'refused', error: { code: 'REJECTED_BY_HOOK', problem: { reason: 'too long' } } });
  await t.rejects(alice.channel.send(text('four')), { code: 'REJECTED_BY_HOOK', status: 403 });
});

t.test('a message of several that is worth another try says after how many seconds', async (t) => {
  const { url } = await smallServer(t, { gate: () => ({ action: 'defer', plugin: 'guard', cause: 'unavailable' }) });
  const { alice } = await connectedPair(url);
  const results = await alice.channel.sendAll([text('one')]);
  t.match(results, [{ status: 'refused', error: { code: 'HOOK_UNAVAILABLE', retryAfter: 1 } }]);
});

t.test('a session is kept by its details, until it is ended', async (t) => {
  const { url } = await smallServer(t);
  const { alice, bob } = await connectedPair(url);
  const kept = connected(url).resume(JSON.parse(JSON.stringify(alice.session.details)));
  await kept.channel(alice.channel.id).send(text('one'));
  t.strictSame((await bob.channel.fetch()).map(textOf), ['one']);
  await kept.logout();
  await kept.logout();
  await t.rejects(alice.channel.send(text('two')), { code: 'UNAUTHENTICATED', status: 401 });
});

t.test('a sealed message has no sender', async (t) => {
  const { url } = await smallServer(t, { settings: { sealedSender: true } });
  const { bob } = await connectedPair(url);
  const { identityKey: recipientKey } = bob.session;
  await connected(url).sendSealed({ channelId: bob.channel.id, recipientKey, payload: text('psst') });
  t.match(await bob.channel.fetch(), [{ senderIdentity: undefined, seq: 1n }]);
});

t.test('what is no URL of a server is refused at once', async (t) => {
  t.throws(() => connect({ url: 'ftp://gatehouse.example' }), { name: 'TypeError', message: /http/ });
  t.throws(() => connect({ url: 'gatehouse' }), { name: 'TypeError' });
});

t.test(
  'a closed client ends what is under way, sessions and channels included, and refuses what comes after',
  async (t) => {
    const { url } = await smallServer(t);
    const gatehouse = connected(url);
    const { bob } = await connectedPair(url);
    const session = gatehouse.resume(bob.session.details);
    const channel = session.channel(bob.channel.id);
    const own = new AbortController();
    const fetching = channel.fetch({ waitMs: Number.POSITIVE_INFINITY, signal: own.signal });
    const aborted = t.rejects(channel.fetch({ waitMs: 30_000, signal: AbortSignal.abort(new Error('mine')) }), {
      message: 'mine',
    });
    const receiving = channel.receive().next();
    gatehouse.close();
    const closed = { name: 'GatehouseError', code: 'CLIENT_CLOSED' };
    await Promise.all([aborted, t.rejects(fetching, closed), t.rejects(receiving, closed)]);
    await t.rejects(gatehouse.login({ username: 'bob', password: 'secret of bob' }), closed);
    await t.rejects(channel.acknowledge(1n), closed);
    t.same(await bob.channel.fetch(), [], 'another client goes on with the session');
  },
);

t.test('`await using` logs a session out and closes its client at the end of their block', async (t) => {
  const { url } = await smallServer(t);
  const { bob } = await connectedPair(url);
  const use = async () => {
    await using gatehouse = connected(url);
    await using session = await gatehouse.login({ username: 'bob', password: 'secret of bob' });
    await session.channel(bob.channel.id).fetch();
    return { gatehouse, details: session.details };
  };
  const { gatehouse, details } = await use();
  const again = connected(url).resume(details).channel(bob.channel.id);
  await t.rejects(again.fetch(), { code: 'UNAUTHENTICATED' });
  await t.rejects(gatehouse.login({ username: 'bob', password: 'secret of bob' }), { code: 'CLIENT_CLOSED' });
});
