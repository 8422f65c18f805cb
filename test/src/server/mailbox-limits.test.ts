// What a mailbox holds at most.

import t from 'tap';
import { newPair, newUser, payload } from '../support/client.js';
import { smallServer } from '../support/small-server.js';

t.test('a full mailbox takes no more, and the plugins are not asked', async (t) => {
  const { url, asked } = await smallServer(t, { settings: { mailboxMessages: 5 } });
  const { alice, bob, channelId } = await newPair(url);
  const eve = await newUser(url, 'eve');
  const elsewhere = (await alice.post('channels', { peerKey: eve.key })).body.channelId;
  const sent = await Promise.all(
    Array.from({ length: 20 }, (_, i) => alice.post('enqueue', { channelId, payload: payload(`${i}`) })),
  );
  const full = { status: 409, body: { code: 'MAILBOX_FULL' } };
  t.equal(sent.filter(({ status }) => status === 200).length, 5, 'not one more');
  const before = asked.flat().length;
  t.match(await alice.post('enqueue', { channelId, payload: '' }), full);
  t.equal(asked.flat().length, before);
  const messages = [
    { channelId, payload: '' },
    { channelId: elsewhere, payload: '' },
  ];
  t.match((await alice.post('batch-enqueue', { messages })).body.results, [
    { problem: { code: 'MAILBOX_FULL', status: 409 } },
    { status: 'stored' },
  ]);
  const held = (await bob.post('fetch', { channelId })).body.messages;
  t.equal(held.length, 5);
  await bob.post('ack', { channelId, upTo: held[1].seq });
  const again = await Promise.all([1, 2, 3].map(() => alice.post('enqueue', { channelId, payload: '' })));
  t.strictSame(again.map(({ status }) => status).sort(), [200, 200, 409]);
});

t.test('a mailbox is full by its bytes as well', async (t) => {
  const { url } = await smallServer(t, { settings: { mailboxBytes: 10 } });
  const { alice, bob, channelId } = await newPair(url);
  const send = async (text: string) => (await alice.post('enqueue', { channelId, payload: payload(text) })).status;
  t.strictSame([await send('1234567'), await send('1234'), await send('123'), await send('1')], [200, 409, 200, 409]);
  await bob.post('ack', { channelId, upTo: '1' });
  t.equal(await send('1234567'), 200);
});
