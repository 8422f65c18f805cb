// Sending many messages in one request.

import { randomBytes } from 'node:crypto';
import { Continue, type MessageEvent, Reject } from '@gatehouse/plugin-api';
import type { GateDecision } from '@gatehouse/server';
import t from 'tap';
import { newPair, payload } from '../support/client.js';
import { smallServer } from '../support/small-server.js';

const defer: GateDecision = { action: 'defer', plugin: 'guard', cause: 'timed-out' };

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
