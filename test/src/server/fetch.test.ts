// Reading, waiting for and acknowledging messages, over HTTP.

import t from 'tap';
import { newPair, newUser, payload } from '../support/client.js';
import { connected } from '../support/connected.js';
import { smallServer } from '../support/small-server.js';
import { reads } from './reads.js';

type Messages = { readonly seq: string; readonly payload: string }[];
/** Of all numbers that a message can have. */
const highest = '9223372036854775807';
const seqs = (messages: Messages) => messages.map(({ seq }) => Number(seq));

t.test('messages are fetched in order from a place on, and stay until they are acknowledged', async (t) => {
  const { url, told } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  const messages = Array.from({ length: 300 }, (_, i) => ({ channelId, payload: payload(`${i}`) }));
  await alice.post('batch-enqueue', { messages });
  const fetch = async (more: object) => seqs((await bob.post('fetch', { channelId, ...more })).body.messages);
  const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  t.strictSame(await fetch({}), upTo(1, 100), 'a hundred unless told');
  t.strictSame(await fetch({ after: '254', limit: 4 }), [255, 256, 257, 258]);
  t.strictSame(await fetch({ after: '300' }), []);
  t.strictSame(await fetch({ after: highest }), []);
  t.strictSame((await bob.post('ack', { channelId, upTo: '256' })).body, { removed: 256 });
  t.strictSame((await bob.post('ack', { channelId, upTo: '256' })).body, { removed: 0 });
  t.strictSame(await fetch({ limit: 2 }), [257, 258]);
  t.strictSame((await bob.post('ack', { channelId, upTo: highest })).body, { removed: 44 });
  t.strictSame(await fetch({}), []);
  t.equal((await alice.post('enqueue', { channelId, payload: '' })).body.seq, '301', 'numbers are not used again');
  t.strictSame(told.onFetch.slice(0, 2), [
    { recipientKey: bob.bytes, channelId: Buffer.from(channelId, 'base64url'), messageCount: 100 },
    { recipientKey: bob.bytes, channelId: Buffer.from(channelId, 'base64url'), messageCount: 4 },
  ]);
});

t.test('a number that no message can have is refused, and what would do is said', async (t) => {
  const { url } = await smallServer(t);
  const { bob, channelId } = await newPair(url);
  for (const number of ['9223372036854775808', '18446744073709551615', '99999999999999999999', '-1', '1.5', '01', '']) {
    for (const [path, body] of [
      ['fetch', { after: number }],
      ['fetch-wait', { after: number, timeoutMs: 0 }],
      ['ack', { upTo: number }],
    ] as const) {
      const detail = /must match format "u63": a whole number from 0 to 9223372036854775807, as a string$/;
      const refused = { status: 400, body: { code: 'INVALID_REQUEST', detail } };
      t.match(await bob.post(path, { channelId, ...body }), refused, `${path} ${number}`);
    }
  }
});

t.test('payloads come back byte for byte, the empty one too', async (t) => {
  const { url } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('base64url');
  const large = Buffer.alloc(256 * 1024, 'x').toString('base64url');
  for (const one of ['', all, large]) {
    t.equal((await alice.post('enqueue', { channelId, payload: one })).status, 200);
  }
  const { messages } = (await bob.post('fetch', { channelId })).body;
  t.strictSame(
    messages.map((message: { payload: string }) => message.payload),
    ['', all, large],
  );
});

t.test('an answer to a fetch has a bound in bytes, and one message at least', async (t) => {
  const { url } = await smallServer(t, { settings: { maxFetchBytes: 2_000 } });
  const { alice, bob, channelId } = await newPair(url);
  for (const size of [3_000, 900, 900, 900]) {
    await alice.post('enqueue', { channelId, payload: Buffer.alloc(size).toString('base64url') });
  }
  const fetch = async (after: string) => seqs((await bob.post('fetch', { channelId, after })).body.messages);
  t.strictSame(await fetch('0'), [1]);
  t.strictSame(await fetch('1'), [2, 3]);
  t.strictSame(await fetch('3'), [4]);
});

t.test('everyone reads and acknowledges its own mailbox only', async (t) => {
  const { url } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  const eve = await newUser(url, 'eve');
  await alice.post('enqueue', { channelId, payload: payload('for bob') });
  t.strictSame((await alice.post('fetch', { channelId })).body.messages, []);
  t.strictSame((await alice.post('ack', { channelId, upTo: '1' })).body, { removed: 0 });
  for (const [path, more] of [
    ['fetch', {}],
    ['fetch-wait', { timeoutMs: 0 }],
    ['ack', { upTo: '1' }],
  ] as const) {
    t.match(await eve.post(path, { channelId, ...more }), { status: 403, body: { code: 'NOT_A_MEMBER' } }, path);
  }
  t.strictSame(seqs((await bob.post('fetch', { channelId })).body.messages), [1]);
});

t.test('an answer says whether the mailbox has more, whatever ended it', async (t) => {
  const { url } = await smallServer(t, { settings: { maxFetchBytes: 2_000 } });
  const { alice, bob, channelId } = await newPair(url);
  const gatehouse = connected(url);
  const channel = gatehouse.resume({ token: bob.token, identityKey: bob.key, expiresAt: '' }).channel(channelId);
  const more = async (range: object) => {
    const answers = [
      await bob.post('fetch', { channelId, ...range }),
      await bob.post('fetch-wait', { channelId, ...range, timeoutMs: 0 }),
    ];
    return answers.map(({ body }) => [body.messages.length, body.more]);
  };
  const both = (length: number, isMore: boolean) => Array(2).fill([length, isMore]);
  t.strictSame(await more({}), both(0, false), 'an empty mailbox');
  for (let i = 0; i < 5; i++) await alice.post('enqueue', { channelId, payload: payload(`${i}`.repeat(900)) });
  t.strictSame(await more({}), both(2, true), 'the limit of bytes');
  t.strictSame(await more({ limit: 1 }), both(1, true), 'the limit of messages');
  t.strictSame(await more({ limit: 1, after: '4' }), both(1, false), 'as many as are there');
  t.strictSame(await more({ after: '3' }), both(2, false), 'as many bytes as are there');
  t.strictSame(await more({ after: '5' }), both(0, false));
  t.match(await channel.fetchPage({ limit: 2, after: 1n }), { messages: [{ seq: 2n }, { seq: 3n }], more: true });
  await channel.acknowledge(4n);
  t.match(await channel.fetchPage({ waitMs: 10 }), { messages: [{ seq: 5n }], more: false });
});

t.test('fetch-wait answers at once when there is something', async (t) => {
  const { url, told } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  await alice.post('enqueue', { channelId, payload: '' });
  t.strictSame(seqs((await bob.post('fetch-wait', { channelId, timeoutMs: 60_000 })).body.messages), [1]);
  t.equal(told.onFetch.length, 1);
});

t.test('fetch-wait is woken by the message it waits for, and by no other', async (t) => {
  const { url, store } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  await alice.post('enqueue', { channelId, payload: '' });
  const read = reads(store);
  const waiting = bob.post('fetch-wait', { channelId, after: '2', timeoutMs: 60_000 });
  await read.next();
  await bob.post('enqueue', { channelId, payload: '' });
  t.equal(read.count, 1, 'the other mailbox of the channel is another mailbox');
  t.equal((await alice.post('enqueue', { channelId, payload: '' })).body.seq, '2');
  await read.next();
  t.equal((await alice.post('enqueue', { channelId, payload: payload('this') })).body.seq, '3');
  t.match((await waiting).body.messages, [{ seq: '3', payload: payload('this') }]);
});

t.test('fetch-wait ends with nothing when its time is over', async (t) => {
  const { url, told } = await smallServer(t);
  const { bob, channelId } = await newPair(url);
  const answer = await bob.post('fetch-wait', { channelId, timeoutMs: 10 });
  t.match(answer, { status: 200, body: { messages: [] } });
  t.match(told.onFetch, [{ messageCount: 0 }]);
  const tooLong = await bob.post('fetch-wait', { channelId, timeoutMs: 60_001 });
  t.match(tooLong, { status: 400, body: { code: 'INVALID_REQUEST' } });
});

t.test('when a waiting client goes away nothing waits for it any more', async (t) => {
  const { url, store, told, disconnected } = await smallServer(t);
  const { alice, bob, channelId } = await newPair(url);
  const read = reads(store);
  const leaving = new AbortController();
  const waiting = bob.post('fetch-wait', { channelId, timeoutMs: 60_000 }, leaving.signal);
  await read.next();
  const gone = disconnected();
  leaving.abort();
  await t.rejects(waiting);
  await gone;
  await alice.post('enqueue', { channelId, payload: '' });
  t.equal(read.count, 1);
  t.strictSame(told.onFetch, []);
});

t.test('a server that closes sends those who wait home', async (t) => {
  const { url, store, close } = await smallServer(t);
  const { bob, channelId } = await newPair(url);
  const read = reads(store);
  const waiting = bob.post('fetch-wait', { channelId, timeoutMs: 60_000 });
  await read.next();
  await close();
  t.match(await waiting, { status: 200, body: { messages: [] } });
});
