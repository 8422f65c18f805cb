// Senders who do not say who they are.

import type { Store } from '@gatehouse/server';
import t from 'tap';
import { newPair, newUser, payload, post } from '../support/client.js';
import { LogLines } from '../support/log-lines.js';
import { smallServer } from '../support/small-server.js';

t.test('a sealed message is sent as any other, and comes without a sender', async (t) => {
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

t.test('without the setting nobody sends sealed', async (t) => {
  const { url } = await smallServer(t);
  const { bob, channelId } = await newPair(url);
  const answer = await post(url, 'enqueue', { channelId, payload: '', recipientKey: bob.key });
  t.match(answer, { status: 401, body: { code: 'UNAUTHENTICATED' } });
});

t.test('a sealed sender is unknown to plugins, store, recipient and log', async (t) => {
  const log = new LogLines();
  const settled: object[] = [];
  const wrapStore = (store: Store): Store => ({
    ...store,
    admit: (batch, ...rest) => {
      settled.push(...batch);
      return store.admit(batch, ...rest);
    },
  });
  const { url, asked, told } = await smallServer(t, {
    settings: { sealedSender: true },
    wrapStore,
    logger: log.logger,
  });
  const { alice, bob, channelId } = await newPair(url);
  const sealed = { channelId, payload: payload('x'), recipientKey: bob.key };
  t.equal((await post(url, 'enqueue', sealed)).status, 200);
  t.equal((await post(url, 'batch-enqueue', { messages: [sealed] })).status, 200);
  t.equal(settled.length, 2);
  const seen = { asked, settled, told: told.onBatchEnqueue, fetched: (await bob.post('fetch', { channelId })).body };
  t.notOk(JSON.stringify(seen, textOf).includes(alice.bytes.toString('hex')));
  t.notMatch(JSON.stringify(seen, textOf), 'senderIdentity');
  t.strictSame(log.all.slice(1), [], 'and nothing is logged of it after the start');
});

t.test('a sealed message needs a channel that exists and a recipient in it', async (t) => {
  const { url, asked } = await smallServer(t, { settings: { sealedSender: true } });
  const { bob, channelId } = await newPair(url);
  const stranger = await newUser(url, 'mallory');
  const send = (body: object, token?: string) => post(url, 'enqueue', { payload: '', ...body }, token);
  const nowhere = Buffer.alloc(16, 1).toString('base64url');
  t.match(await send({ channelId: nowhere, recipientKey: bob.key }), {
    status: 404,
    body: { code: 'CHANNEL_UNKNOWN' },
  });
  t.match(await send({ channelId, recipientKey: stranger.key }), { status: 403, body: { code: 'NOT_A_MEMBER' } });
  t.match(await send({ channelId }), { status: 400, body: { code: 'INVALID_REQUEST' } });
  const wrong = Buffer.alloc(32).toString('base64url');
  t.match(
    await send({ channelId, recipientKey: bob.key }, wrong),
    { status: 401 },
    'a bad token is not taken for none',
  );
  for (const route of ['fetch', 'fetch-wait', 'ack', 'channels', 'logout', 'logout-all']) {
    t.not((await post(url, route, { channelId })).status, 200, `${route} stays closed`);
  }
  t.strictSame(asked, []);
});

/** Bytes as hex and 64-bit numbers as text, so that they can be looked for. */
function textOf(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value) {
    return Buffer.from(value.data as number[]).toString('hex');
  }
  return value;
}
