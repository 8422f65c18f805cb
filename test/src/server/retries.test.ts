// Sending a message again with the same key, over HTTP.

import { Continue, type MessageEvent, Reject } from '@gatehouse/plugin-api';
import t from 'tap';
import { type Answer, newPair, newUser, payload, post } from '../support/client.js';
import { smallServer } from '../support/small-server.js';
import { tempFolder } from '../support/temp-folder.js';

async function send(url: string, token: string | undefined, key: string, body: object): Promise<Answer> {
  return post(url, 'enqueue', body, token, undefined, { 'idempotency-key': key });
}

t.test('a message that is sent again has the same number and is stored once, also after a restart', async (t) => {
  const folder = await tempFolder(t);
  const first = await smallServer(t, { folder });
  const { alice, bob, channelId } = await newPair(first.url);
  const message = { channelId, payload: payload('once') };
  const other = { channelId, payload: payload('twice') };
  t.match(await send(first.url, alice.token, 'key-1', message), { status: 200, body: { seq: '1' } });
  t.match(await send(first.url, alice.token, 'key-1', message), { status: 200, body: { seq: '1' } });
  t.match(await send(first.url, alice.token, 'key-2', message), { status: 200, body: { seq: '2' } });
  const reused = { status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } };
  t.match(await send(first.url, alice.token, 'key-1', other), reused);
  t.match(await send(first.url, bob.token, 'key-1', other), { body: { seq: '1' } }, 'a key is its sender’s own');
  t.equal(first.asked.flat().length, 3, 'the plugins are asked once');
  await first.close();
  const second = await smallServer(t, { folder });
  t.match(await send(second.url, alice.token, 'key-1', message), { status: 200, body: { seq: '1' } });
  t.match(await send(second.url, alice.token, 'key-1', other), reused);
  t.strictSame(second.asked, []);
  const { body } = await post(second.url, 'fetch', { channelId }, bob.token);
  t.equal(body.messages.length, 2);
});

t.test('of many that send the same at once, one is stored and all are told its number', async (t) => {
  const { url, asked } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  const message = { channelId, payload: payload('once') };
  const answers = await Promise.all(Array.from({ length: 30 }, () => send(url, alice.token, 'key', message)));
  t.ok(answers.every(({ status, body }) => status === 200 && body.seq === '1'));
  t.equal(asked.flat().length, 1);
  t.equal((await bob.post('fetch', { channelId })).body.messages.length, 1);
});

t.test('a message that was refused leaves no key behind', async (t) => {
  let closed = true;
  const { url } = await smallServer(t, { gate: () => (closed ? Reject('closed') : Continue) });
  const { alice, channelId } = await newPair(url);
  t.equal((await send(url, alice.token, 'key', { channelId, payload: payload('one') })).status, 403);
  closed = false;
  t.match(await send(url, alice.token, 'key', { channelId, payload: payload('two') }), { body: { seq: '2' } });
});

t.test('each message of a batch has a key of its own, and plugins hear of none twice', async (t) => {
  const gate = ({ payloadLen }: MessageEvent) => (payloadLen === 3 ? Reject('three') : Continue);
  const { url, told } = await smallServer(t, { gate });
  const { alice, bob, channelId } = await newPair(url);
  const message = (text: string, clientMessageId?: string) => ({ channelId, payload: payload(text), clientMessageId });
  const batch = [message('a', '1'), message('bb'), message('ccc', '3'), message('a', '1'), message('dd', '4')];
  const results = async (messages: readonly object[]) => (await alice.post('batch-enqueue', { messages })).body.results;
  t.match(await results(batch), [
    { seq: '1' },
    { seq: '2' },
    { problem: { code: 'REJECTED_BY_HOOK' } },
    { seq: '1' },
    { seq: '4' },
  ]);
  t.match(await results([message('dd', '4'), message('e', '1'), message('f', '5')]), [
    { seq: '4' },
    { problem: { code: 'IDEMPOTENCY_KEY_REUSED', status: 422 } },
    { seq: '5' },
  ]);
  t.match(await send(url, alice.token, '5', { channelId, payload: payload('f') }), { body: { seq: '5' } });
  t.strictSame(
    told.onBatchEnqueue.map((events) => events.map(({ seq }) => seq)),
    [[1n, 2n, 4n], [5n]],
  );
  const { body } = await bob.post('fetch', { channelId });
  t.strictSame(
    body.messages.map(({ seq }: { seq: string }) => seq),
    ['1', '2', '4', '5'],
  );
});

t.test('the keys of sealed senders belong to the mailbox', async (t) => {
  const { url } = await smallServer(t, { settings: { sealedSender: true } });
  const { alice, bob, channelId } = await newPair(url);
  const to = (recipientKey: string) => ({ channelId, payload: payload('psst'), recipientKey });
  t.match(await send(url, undefined, 'key', to(bob.key)), { body: { seq: '1' } });
  t.match(await send(url, undefined, 'key', to(bob.key)), { body: { seq: '1' } });
  t.match(await send(url, undefined, 'key', to(alice.key)), { body: { seq: '1' } }, 'another mailbox');
  t.match(await send(url, alice.token, 'key', to(bob.key)), { body: { seq: '2' } }, 'a sender who is known');
});

t.test('a key has one form', async (t) => {
  const { url } = await smallServer(t);
  const { alice, channelId } = await newPair(url);
  const invalid = { status: 400, body: { code: 'INVALID_REQUEST' } };
  for (const key of ['', 'a b', 'x'.repeat(65), 'a/b', 'a,b']) {
    t.match(await send(url, alice.token, key, { channelId, payload: '' }), invalid, key);
    const messages = [{ channelId, payload: '', clientMessageId: key }];
    t.match(await alice.post('batch-enqueue', { messages }), invalid, key);
  }
});

t.test('a key belongs to its sender and its mailbox, in which it is refused for another message', async (t) => {
  const { url, asked } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  const carol = await newUser(url, 'carol');
  const elsewhere = (await alice.post('channels', { peerKey: carol.key })).body.channelId;
  const reused = { status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } };
  t.equal((await send(url, alice.token, 'key', { channelId, payload: payload('x') })).status, 200);
  t.match(await send(url, alice.token, 'key', { channelId, payload: payload('y') }), reused);
  t.equal((await send(url, alice.token, 'key', { channelId: elsewhere, payload: payload('x') })).status, 200);
  const messages = ['a', 'b', 'a'].map((text) => ({ channelId, payload: payload(text), clientMessageId: 'other' }));
  const { body } = await alice.post('batch-enqueue', { messages });
  t.match(body.results, [{ seq: '2' }, { problem: { code: 'IDEMPOTENCY_KEY_REUSED' } }, { seq: '2' }]);
  t.equal(asked.flat().length, 3);
  t.equal((await bob.post('fetch', { channelId })).body.messages.length, 2);
});

t.test('a key is remembered for its hours, and then is a new one', async (t) => {
  let ahead = 0;
  const { url } = await smallServer(t, { now: () => Date.now() + ahead, settings: { idempotencyHours: 2 } });
  const { alice, channelId } = await newPair(url);
  const sent = async () => (await send(url, alice.token, 'key', { channelId, payload: payload('x') })).body.seq;
  t.equal(await sent(), '1');
  ahead = 119 * 60_000;
  t.equal(await sent(), '1');
  ahead = 120 * 60_000;
  t.equal(await sent(), '2');
});
