// Sending messages one by one over HTTP.

import { randomBytes } from 'node:crypto';
import { Continue, type MessageEvent, Reject } from '@gatehouse/plugin-api';
import type { GateDecision, Store } from '@gatehouse/server';
import t from 'tap';
import { newPair, newUser, payload, post } from '../support/client.js';
import { smallServer } from '../support/small-server.js';
import { tempFolder } from '../support/temp-folder.js';

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

t.test('what a plugin puts off is not stored, and the client is told when to come again', async (t) => {
  const later = { action: 'defer', plugin: 'guard', cause: 'deferred', reason: 'greylisted' } as const;
  const decisions: GateDecision[] = [
    { ...later, retryAfterMs: 1_001 },
    { ...later, retryAfterMs: 0 },
    { ...later, reason: '' },
    { ...defer, retryAfterMs: 60_000 },
  ];
  const { url } = await smallServer(t, { gate: () => decisions.shift() ?? Continue });
  const { alice, bob, channelId } = await newPair(url);
  const message = { channelId, payload: '' };
  const first = await alice.post('enqueue', message);
  t.equal(first.headers.get('retry-after'), '2');
  t.strictSame(first.body, {
    type: 'urn:gatehouse:problem:deferred-by-hook',
    title: 'A plugin asks to try again later',
    status: 503,
    code: 'DEFERRED_BY_HOOK',
    detail: 'greylisted',
    retryAfter: 2,
    reason: 'greylisted',
  });
  const messages = ['a', 'b', 'c'].map((clientMessageId) => ({ ...message, clientMessageId }));
  const { body } = await alice.post('batch-enqueue', { messages });
  t.match(body.results, [
    { problem: { code: 'DEFERRED_BY_HOOK', retryAfter: 1 } },
    { problem: { code: 'DEFERRED_BY_HOOK', retryAfter: 1, reason: undefined } },
    { problem: { code: 'HOOK_UNAVAILABLE', retryAfter: 60 } },
  ]);
  t.strictSame((await bob.post('fetch', { channelId })).body.messages, []);
  const again = await alice.post('batch-enqueue', { messages });
  t.match(
    again.body.results,
    [{ seq: '5' }, { seq: '6' }, { seq: '7' }],
    'the same messages again, with the same keys',
  );
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
    admit: (batch, limit, decide) =>
      store.admit(batch, limit, (asked) => {
        const decided = decide(asked);
        if (full) throw new Error('no space left');
        return decided;
      }),
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
