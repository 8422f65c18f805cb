// Sending messages, one and many, over HTTP.

import { randomBytes } from 'node:crypto';
import { Continue, type MessageEvent, Reject } from '@gatehouse/plugin-api';
import type { GateDecision, Store } from '@gatehouse/server';
import t from 'tap';
import { tempFolder } from '../host/temp-folder.js';
import { newPair, newUser, payload, post } from './client.js';
import { smallServer } from './small-server.js';

const defer: GateDecision = { action: 'defer', plugin: 'guard', cause: 'timed-out' };

t.test('a message passes the gate with what may be known of it, and is stored', async (t) => {
  const { url, asked } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  const sent = await alice.post('enqueue', { channelId, payload: payload('hello') });
  t.match(sent, { status: 200, body: { seq: '1' } });
  t.strictSame(asked, [
    [
      {
        senderIdentity: alice.bytes,
        recipientKey: bob.bytes,
        channelId: Buffer.from(channelId, 'base64url'),
        payloadLen: 5,
        seq: 1n,
      },
    ],
  ]);
  const { body } = await bob.post('fetch', { channelId });
  t.match(body.messages, [{ seq: '1', payload: payload('hello'), senderIdentity: alice.key }]);
  t.equal(body.messages.length, 1);
});

t.test('what a plugin refuses is told with its reason, is not stored, and leaves a gap', async (t) => {
  const gate = ({ payloadLen }: MessageEvent) => (payloadLen > 3 ? Reject(`${payloadLen} > 3`) : Continue);
  const { url } = await smallServer(t, { gate });
  const { alice, bob, channelId } = await newPair(url);
  const send = (text: string) => alice.post('enqueue', { channelId, payload: payload(text) });
  t.equal((await send('one')).body.seq, '1');
  const refused = await send('much too long');
  t.equal(refused.status, 403);
  t.match(refused.headers.get('content-type'), 'application/problem+json');
  t.strictSame(refused.body, {
    type: 'urn:gatehouse:problem:rejected-by-hook',
    title: 'A plugin refused the message',
    status: 403,
    code: 'REJECTED_BY_HOOK',
    detail: '13 > 3',
    reason: '13 > 3',
  });
  t.equal((await send('two')).body.seq, '3');
  const { body } = await bob.post('fetch', { channelId });
  t.strictSame(
    body.messages.map(({ seq }: { seq: string }) => seq),
    ['1', '3'],
  );
});

t.test('a reason that was cut is marked so', async (t) => {
  const { url } = await smallServer(t, { gate: () => ({ action: 'reject', reason: 'because…', truncated: true }) });
  const { alice, channelId } = await newPair(url);
  const { body } = await alice.post('enqueue', { channelId, payload: '' });
  t.match(body, { code: 'REJECTED_BY_HOOK', reason: 'because…', truncated: true });
});

t.test('what the gate could not decide is not stored, and the client is told to try again', async (t) => {
  let broken = true;
  const { url } = await smallServer(t, { gate: () => (broken ? defer : Continue) });
  const { alice, bob, channelId } = await newPair(url);
  const answer = await alice.post('enqueue', { channelId, payload: '' });
  t.match(answer, { status: 503, body: { code: 'HOOK_UNAVAILABLE' } });
  t.equal(answer.headers.get('retry-after'), '1');
  t.notMatch(JSON.stringify(answer.body), 'guard', 'which plugin it was is not for clients');
  t.strictSame((await bob.post('fetch', { channelId })).body.messages, []);
  broken = false;
  t.equal((await alice.post('enqueue', { channelId, payload: '' })).status, 200);
});

t.test('a gate that throws lets nothing through', async (t) => {
  const gate = () => {
    throw new Error('broken');
  };
  const { url } = await smallServer(t, { gate });
  const { alice, channelId } = await newPair(url);
  const message = { channelId, payload: '' };
  t.match(await alice.post('enqueue', message), { status: 503, body: { code: 'HOOK_UNAVAILABLE' } });
  const { body } = await alice.post('batch-enqueue', { messages: [message, message] });
  t.match(body.results, [{ problem: { code: 'HOOK_UNAVAILABLE' } }, { problem: { code: 'HOOK_UNAVAILABLE' } }]);
});

t.test('only the two members send into a channel', async (t) => {
  const { url, asked } = await smallServer(t);
  const { channelId } = await newPair(url);
  const eve = await newUser(url, 'eve');
  const message = { channelId, payload: '' };
  t.match(await eve.post('enqueue', message), { status: 403, body: { code: 'NOT_A_MEMBER' } });
  t.match(await post(url, 'enqueue', message), { status: 401, body: { code: 'UNAUTHENTICATED' } });
  const elsewhere = { ...message, channelId: randomBytes(16).toString('base64url') };
  t.match(await eve.post('enqueue', elsewhere), { status: 404, body: { code: 'CHANNEL_UNKNOWN' } });
  t.strictSame(asked, [], 'the hooks come after all that');
});

t.test('many at once get rising numbers without a gap or a double, each mailbox its own', async (t) => {
  const { url, asked } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  const send = (user: typeof alice) => user.post('enqueue', { channelId, payload: payload('x') });
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => send(i % 2 === 0 ? alice : bob)));
  const seqsOf = (parity: number) => answers.filter((_, i) => i % 2 === parity).map(({ body }) => Number(body.seq));
  const wanted = Array.from({ length: 50 }, (_, i) => i + 1);
  for (const parity of [0, 1])
    t.strictSame(
      seqsOf(parity).sort((a, b) => a - b),
      wanted,
    );
  t.equal(asked.flat().length, 100);
});

t.test('numbers go on where they were after a restart, also past one that was refused', async (t) => {
  const folder = await tempFolder(t);
  const gate = ({ payloadLen }: MessageEvent) => (payloadLen === 0 ? Reject('empty') : Continue);
  const first = await smallServer(t, { folder, gate });
  const { alice, bob, channelId } = await newPair(first.url);
  const message = { channelId, payload: payload('x') };
  t.equal((await alice.post('enqueue', message)).body.seq, '1');
  t.equal((await alice.post('enqueue', { channelId, payload: '' })).status, 403);
  await bob.post('ack', { channelId, upTo: '1' });
  await first.close();
  const { url } = await smallServer(t, { folder });
  t.equal((await post(url, 'enqueue', message, alice.token)).body.seq, '3');
});

t.test('when the store fails the client is told to try again, and no number comes twice', async (t) => {
  let full = false;
  const wrapStore = (store: Store): Store => ({
    ...store,
    settle: async (settlements, limit) => {
      if (full) throw new Error('no space left');
      return store.settle(settlements, limit);
    },
  });
  const { url, asked } = await smallServer(t, { wrapStore });
  const { alice, bob, channelId } = await newPair(url);
  const send = () => alice.post('enqueue', { channelId, payload: '' });
  await send();
  full = true;
  const failed = await send();
  t.match(failed, { status: 503, body: { code: 'STORAGE_UNAVAILABLE' } });
  t.notMatch(JSON.stringify(failed.body), 'no space left', 'why is for the log');
  full = false;
  t.equal((await send()).body.seq, '3');
  t.strictSame(
    asked.flat().map(({ seq }) => seq),
    [1n, 2n, 3n],
  );
  t.equal((await bob.post('fetch', { channelId })).body.messages.length, 2);
});

t.test('every message of a batch passes the gate and has its own result, in order', async (t) => {
  const gate = ({ payloadLen }: MessageEvent) =>
    payloadLen === 2 ? Reject('two') : payloadLen === 4 ? defer : Continue;
  const { url, asked, told } = await smallServer(t, { gate, settings: { maxPayloadBytes: 100 } });
  const { alice, bob, channelId } = await newPair(url);
  const other = randomBytes(16).toString('base64url');
  const messages = [
    { channelId, payload: payload('1') },
    { channelId, payload: payload('22') },
    { channelId: other, payload: payload('1') },
    { channelId, payload: payload('4444') },
    { channelId, payload: payload('x'.repeat(101)) },
    { channelId, payload: payload('55555') },
  ];
  const { status, body } = await alice.post('batch-enqueue', { messages });
  t.equal(status, 200);
  t.match(body.results, [
    { status: 'stored', seq: '1' },
    { status: 'refused', problem: { code: 'REJECTED_BY_HOOK', reason: 'two' } },
    { status: 'refused', problem: { code: 'CHANNEL_UNKNOWN', status: 404 } },
    { status: 'refused', problem: { code: 'HOOK_UNAVAILABLE', retryAfter: 1 } },
    { status: 'refused', problem: { code: 'PAYLOAD_TOO_LARGE', detail: '101 > 100 bytes' } },
    { status: 'stored', seq: '4' },
  ]);
  t.strictSame(
    asked.flat().map(({ payloadLen }) => payloadLen),
    [1, 2, 4, 5],
  );
  t.equal(asked.length, 1, 'they are decided together');
  t.strictSame(
    told.onBatchEnqueue.map((events) => events.map(({ seq }) => seq)),
    [[1n, 4n]],
    'the plugins are told of those stored',
  );
  t.equal((await bob.post('fetch', { channelId })).body.messages.length, 2);
});

t.test('a batch holds a thousand messages and not one more', async (t) => {
  const { url, asked, told } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  const messages = Array.from({ length: 1_000 }, (_, i) => ({ channelId, payload: payload(String(i)) }));
  const { body } = await alice.post('batch-enqueue', { messages });
  t.strictSame(
    body.results.map(({ seq }: { seq: string }) => Number(seq)),
    messages.map((_, i) => i + 1),
  );
  t.ok(
    asked.every((events) => events.length <= 64),
    'the gate is asked of 64 at most at a time',
  );
  t.equal(told.onBatchEnqueue.length, 1);
  const fetched = (await bob.post('fetch', { channelId, limit: 1_000 })).body.messages;
  t.strictSame(
    fetched.map((message: { payload: string }) => message.payload),
    messages.map((message) => message.payload),
  );
  const tooMany = await alice.post('batch-enqueue', { messages: [...messages, messages[0]] });
  t.match(tooMany, { status: 400, body: { code: 'INVALID_REQUEST' } });
});

t.test('a batch of which nothing is stored is no batch to be told of', async (t) => {
  const { url, told } = await smallServer(t, { gate: () => Reject('no') });
  const { alice, channelId } = await newPair(url);
  await alice.post('batch-enqueue', { messages: [{ channelId, payload: '' }] });
  t.strictSame(told.onBatchEnqueue, []);
});

t.test('a sealed sender is known to nobody', async (t) => {
  const { url, asked } = await smallServer(t, { settings: { sealedSender: true } });
  const { alice, bob, channelId } = await newPair(url);
  const message = { channelId, payload: payload('psst'), recipientKey: bob.key };
  t.match(await post(url, 'enqueue', message), { status: 200, body: { seq: '1' } });
  t.match(await post(url, 'batch-enqueue', { messages: [message] }), { body: { results: [{ seq: '2' }] } });
  t.ok(asked.flat().every((event) => !('senderIdentity' in event)));
  const { messages } = (await bob.post('fetch', { channelId })).body;
  t.strictSame(Object.keys(messages[0]), ['seq', 'payload', 'storedAt']);
  t.equal((await alice.post('enqueue', message)).status, 200, 'with a token all is as ever');
  t.equal(asked.flat().at(-1)?.senderIdentity?.length, 32);
});

t.test('a sealed message names a member of an existing channel', async (t) => {
  const { url } = await smallServer(t, { settings: { sealedSender: true } });
  const { bob, channelId } = await newPair(url);
  const eve = await newUser(url, 'eve');
  const send = (body: object, token?: string) => post(url, 'enqueue', { payload: '', ...body }, token);
  t.match(await send({ channelId }), { status: 400, body: { code: 'INVALID_REQUEST' } });
  t.match(await send({ channelId, recipientKey: eve.key }), { status: 403, body: { code: 'NOT_A_MEMBER' } });
  const nowhere = randomBytes(16).toString('base64url');
  t.match(await send({ channelId: nowhere, recipientKey: bob.key }), { status: 404 });
  const badToken = randomBytes(32).toString('base64url');
  t.match(await send({ channelId, recipientKey: bob.key }, badToken), { status: 401 }, 'a bad token is not no token');
});

t.test('without the setting nobody sends sealed', async (t) => {
  const { url } = await smallServer(t);
  const { bob, channelId } = await newPair(url);
  const answer = await post(url, 'enqueue', { channelId, payload: '', recipientKey: bob.key });
  t.match(answer, { status: 401, body: { code: 'UNAUTHENTICATED' } });
});
