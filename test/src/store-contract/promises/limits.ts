// A mailbox takes what has room in it, exactly, and counts only what can still be fetched.

import assert from 'node:assert/strict';
import type { Mailbox, MailboxLimit, Offer, Outcome, Store } from '@gatehouse/server';
import { offerOf } from '../../support/admit-all.js';
import type { Promises } from '../promise.js';
import { add, admit, admitOne, all, mailbox, never, numberOf, retriable, textsIn, times } from '../small-messages.js';

const limit = { messages: 3, bytes: 10 };

export const limits = {
  'a mailbox never holds more messages than its limit, nor fewer, under concurrent batches': async (place) => {
    const store = await place.open();
    const outcomes = await Promise.all(
      times(20, (i) => put(store, `${i % 10}`, { messages: 7, bytes: 100 }, 1 + (i % 2))),
    );
    assert.equal(outcomes.filter((one) => one === 'stored').length, 14);
    for (const byte of [1, 2]) assert.equal((await store.fetch(mailbox(byte), all)).length, 7);
    assert.equal(await put(await place.open(), 'x', { messages: 7, bytes: 100 }), 'full', 'also after a reopening');
  },

  'a mailbox never holds more bytes than its limit, and fills to the last byte': async (place) => {
    const store = await place.open();
    const outcomes = await Promise.all(times(20, () => put(store, '1234', { messages: 100, bytes: 30 })));
    assert.equal(outcomes.filter((one) => one === 'stored').length, 7);
    const next = async (text: string) => put(await place.open(), text, { messages: 100, bytes: 30 });
    assert.deepEqual(
      [await next('123'), await next('12'), await next('1'), await next('')],
      ['full', 'stored', 'full', 'stored'],
    );
  },

  'what was acknowledged does not count any more': async (place) => {
    const store = await place.open();
    const seqs = await add(store, mailbox(1), '1234', '1', '12345');
    assert.equal(await put(store, 'x', limit), 'full');
    await store.acknowledge(mailbox(1), seqs[1]!);
    assert.deepEqual([await put(store, '123456', limit), await put(store, '12345', limit)], ['full', 'stored']);
    assert.deepEqual(await textsIn(store, mailbox(1)), ['12345', '12345']);
  },

  'what has expired does not count any more, removed or not': async (place) => {
    const store = await place.open();
    await add(store, mailbox(1), offerOf(mailbox(1), '12345', 1_000), offerOf(mailbox(1), '1234', 1_001), 'x');
    await add(store, mailbox(2), ...times(3, () => offerOf(mailbox(2), 'x', 1_000)));
    const before = offerOf(mailbox(3), 'of another mailbox, and expired before', 500);
    await add(store, mailbox(3), ...times(1_000, () => before));
    place.now = 1_999;
    assert.equal(await put(store, '', limit), 'full');
    place.now = 2_000;
    assert.deepEqual([await put(store, '123456', limit), await put(store, '12345', limit)], ['full', 'stored']);
    assert.equal(await put(store, '', limit), 'full');
    const outcomes = await Promise.all(times(5, () => put(store, 'y', limit, 2)));
    assert.deepEqual(outcomes, ['stored', 'stored', 'stored', 'full', 'full']);
    await store.removeExpired();
    assert.deepEqual(
      [await put(store, '', limit), await put(store, '', limit, 2)],
      ['full', 'full'],
      'not counted off twice',
    );
    assert.deepEqual(await textsIn(store, mailbox(1)), ['1234', 'x', '12345']);
  },

  'all mailboxes of a recipient together hold no more bytes than its limit, also after a reopening': async (place) => {
    const own = (channel: number, byte = 1) => ({
      recipientKey: mailbox(byte).recipientKey,
      channelId: Buffer.alloc(16, channel),
    });
    const most = { messages: 100, bytes: 100, recipientBytes: 10 };
    const offered = (to: Mailbox, text: string) => admitOne(store, offerOf(to, text), { limit: most });
    const outcomeOf = async (to: Mailbox, text: string) => (await offered(to, text)).outcome;
    let store = await place.open();
    const asked = await Promise.all(times(10, (i) => outcomeOf(own(i), '123')));
    assert.equal(asked.filter((one) => one === 'stored').length, 3);
    assert.equal(asked.filter((one) => one === 'recipient-full').length, 7);
    assert.deepEqual([await outcomeOf(own(50), '12'), await outcomeOf(own(51), '1')], ['recipient-full', 'stored']);
    assert.equal(await outcomeOf(own(1, 2), '1234567890'), 'stored', 'each recipient has its own');
    store = await place.open();
    assert.equal(await outcomeOf(own(52), '1'), 'recipient-full', 'also after a reopening');
    const held = await store.fetch(own(51), all);
    await store.acknowledge(own(51), held[0]!.seq);
    await store.removeExpired();
    // Acknowledged messages are removed in the background.
    while ((await outcomeOf(own(53), '1')) !== 'stored') await store.removeExpired();
    assert.equal(await outcomeOf(own(53), '1'), 'recipient-full');
  },

  'a sender has no more retries remembered than its limit, and one that is remembered is still recognised': async (
    place,
  ) => {
    const store = await place.open();
    const most = { messages: 100, bytes: 100, retries: 3 };
    const offered = (to: number, text: string, by?: number) => ({
      ...retriable(mailbox(to), text),
      ...(by !== undefined && { senderIdentity: Buffer.alloc(32, by) }),
    });
    const ask = async (offer: Offer) => (await admitOne(store, offer, { limit: most })).outcome;
    for (const text of ['a', 'b', 'c']) assert.equal(await ask(offered(1, text, 1)), 'stored');
    assert.equal(await ask(offered(2, 'd', 1)), 'too-many-retries', 'whatever the mailbox');
    assert.equal(await ask(offered(1, 'a', 1)), 'repeated');
    assert.equal(await ask(offerOf(mailbox(1), 'without a key')), 'stored');
    assert.equal(await ask(offered(2, 'd', 2)), 'stored', 'each sender has its own');
    for (const text of ['a', 'b', 'c']) assert.equal(await ask(offered(3, text)), 'stored');
    assert.equal(await ask(offered(3, 'd')), 'too-many-retries', 'a mailbox for sealed senders');
    assert.equal(await ask(offered(4, 'd')), 'stored');
  },

  'a message without room leaves no key, and the others of its batch are stored': async (place) => {
    const store = await place.open();
    const offers = [mailbox(1), mailbox(1), mailbox(2)].map((to, i) => retriable(to, `${i}`));
    const [first, full, last] = await admit(store, offers, { limit: { messages: 1, bytes: 10 } });
    assert.deepEqual(full, { outcome: 'full' });
    assert.deepEqual([await textsIn(store, mailbox(1)), await textsIn(store, mailbox(2))], [['0'], ['2']]);
    const again = await admit(store, offers);
    assert.ok(numberOf(again[1]!) > numberOf(first!), 'it is new when it is offered again');
    assert.deepEqual(
      [again[0], again[2]],
      [first, last].map((one) => ({ outcome: 'repeated', seq: numberOf(one!) })),
    );
  },

  'no mailbox with room is reported to have none': async (place) => {
    const store = await place.open();
    for (const byte of [1, 2, 3])
      await add(store, mailbox(byte), offerOf(mailbox(byte), '12345', byte === 3 ? 1_000 : never), '12345');
    assert.equal(await put(store, '12345', { messages: 3, bytes: 15 }), 'stored', 'just enough bytes');
    assert.equal(await put(store, '', { messages: 3, bytes: 10 }, 2), 'stored', 'just enough for an empty one');
    assert.equal(await put(store, '1234567890', { messages: 1, bytes: 10 }, 4), 'stored', 'an empty mailbox');
    place.now = 2_000;
    assert.equal(await put(store, '12345', { messages: 2, bytes: 10 }, 3), 'stored', 'what has expired makes room');
  },
} satisfies Promises;

async function put(store: Store, text: string, most: MailboxLimit, byte = 1): Promise<Outcome['outcome']> {
  const { outcome } = await admitOne(store, offerOf(mailbox(byte), text), { limit: most });
  return outcome;
}
