// How long messages are kept that nobody acknowledges.

import t from 'tap';
import { newPair } from '../support/client.js';
import { smallServer } from '../support/small-server.js';

t.test('a message may say how long it is worth keeping, up to a bound', async (t) => {
  let ahead = 0;
  const { url } = await smallServer(t, { now: () => Date.now() + ahead, settings: { messageTtlMaxDays: 2 } });
  const { alice, bob, channelId } = await newPair(url);
  const sent = async (ttlSeconds: unknown) => alice.post('enqueue', { channelId, payload: '', ttlSeconds });
  const seqs = async () =>
    (await bob.post('fetch', { channelId })).body.messages.map(({ seq }: { seq: string }) => seq);
  for (const wrong of [0, -1, 1.5, '60', 2 * 86_400 + 1, null])
    t.match(await sent(wrong), { status: 400, body: { code: 'INVALID_REQUEST' } }, String(wrong));
  for (const right of [60, 3_600, 2 * 86_400, undefined]) t.equal((await sent(right)).status, 200);
  ahead = 60_000;
  t.strictSame(await seqs(), ['2', '3', '4']);
  ahead = 3_600_000;
  t.strictSame(await seqs(), ['3', '4']);
  ahead = 2 * 86_400_000;
  t.strictSame(await seqs(), [], 'the default is no longer than the bound');
  const messages = [{ channelId, payload: '', ttlSeconds: 2 * 86_400 + 1 }];
  t.equal((await alice.post('batch-enqueue', { messages })).status, 400);
});

t.test('a message that does not say is kept for the days of the setting', async (t) => {
  let ahead = 0;
  const settings = { messageTtlDays: 3, messageTtlMaxDays: 5 };
  const { url } = await smallServer(t, { now: () => Date.now() + ahead, settings });
  const { alice, bob, channelId } = await newPair(url);
  await alice.post('enqueue', { channelId, payload: '' });
  const held = async () => (await bob.post('fetch', { channelId })).body.messages.length;
  ahead = 3 * 86_400_000 - 60_000;
  t.equal(await held(), 1);
  ahead = 3 * 86_400_000;
  t.equal(await held(), 0);
});
