// A message that is offered again under its key is recognised from the moment at which it is seen, until its key expires.

import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Offer, Store } from '@gatehouse/server';
import { offerOf } from '../../support/admit-all.js';
import { LateDecision } from '../late-decision.js';
import type { Promises } from '../promise.js';
import {
  add,
  admit,
  admitOne,
  all,
  mailbox,
  numberOf,
  retriable,
  retryOf,
  textOf,
  textsIn,
  times,
} from '../small-messages.js';

const [alice, bob] = [Buffer.alloc(32, 'a'), Buffer.alloc(32, 'b')];

export const retries = {
  'a retry is answered with the number of its message, until its key expires': async (place) => {
    const store = await place.open();
    const offers = ['first', 'second'].map((text) => retriable(mailbox(1), text, 1_000));
    const seqs = (await admit(store, offers)).map(numberOf);
    const repeated = seqs.map((seq) => ({ outcome: 'repeated', seq }));
    for await (const opened of place.nowAndReopened()) assert.deepEqual(await admit(opened, offers), repeated);
    const opened = await place.open();
    place.now = 1_999;
    assert.deepEqual(await admit(opened, offers), repeated, 'to the last');
    numberOf(await admitOne(opened, retriable(mailbox(1), 'fir')));
    place.now = 2_000;
    for (const outcome of await admit(opened, offers)) numberOf(outcome);
    assert.deepEqual(await textsIn(opened, mailbox(1)), ['first', 'second', 'fir', 'first', 'second']);
  },

  'another message under a used key is not stored': async (place) => {
    const store = await place.open();
    const [first, other] = ['first', 'other'].map((text) => ({
      ...offerOf(mailbox(1), text),
      retry: retryOf('key', text),
    }));
    await admit(store, [first!]);
    for await (const opened of place.nowAndReopened())
      assert.deepEqual(await admitOne(opened, other!), { outcome: 'key-reused' });
    assert.deepEqual(await textsIn(await place.open(), mailbox(1)), ['first']);
  },

  'a key belongs to a sender and a mailbox, and to the mailbox alone if the sender is sealed': async (place) => {
    const store = await place.open();
    const under = (to: number, sender?: Buffer, text = 'x'): Offer => ({
      ...offerOf(mailbox(to), text),
      ...(sender && { senderIdentity: sender }),
      retry: retryOf('key', text),
    });
    const own = [under(1, alice), under(1, bob), under(1), under(2, alice), under(2)];
    const seqs = (await admit(store, own)).map(numberOf);
    for await (const opened of place.nowAndReopened()) {
      assert.deepEqual(
        await admit(opened, own),
        seqs.map((seq) => ({ outcome: 'repeated', seq })),
      );
      assert.deepEqual(
        await admitOne(opened, under(1, undefined, 'y')),
        { outcome: 'key-reused' },
        'of another sealed sender',
      );
    }
  },

  'a message that is offered several times at once is stored once': async (place) => {
    const store = await place.open();
    const offer = retriable(mailbox(1), 'once');
    const decision = new LateDecision();
    const outcomes = [
      admitOne(store, offer, decision),
      admitOne(store, offer),
      admit(store, [offer, offer, retriable(mailbox(1), 'twice'), retriable(mailbox(1), 'twice')]),
    ];
    await decision.isAsked;
    decision.give({ admit: true });
    const told = (await Promise.all(outcomes)).flat();
    assert.deepEqual(await textsIn(store, mailbox(1)), ['once', 'twice']);
    const [once, twice] = (await store.fetch(mailbox(1), all)).map(({ seq }) => seq);
    const repeated = { outcome: 'repeated', seq: once };
    assert.deepEqual(told, [
      { outcome: 'stored', seq: once },
      ...times(3, () => repeated),
      { outcome: 'stored', seq: twice },
      { outcome: 'repeated', seq: twice },
    ]);
  },

  'a message that waited for one that was refused is stored in its place': async (place) => {
    const store = await place.open();
    const offer = retriable(mailbox(1), 'x');
    const decision = new LateDecision();
    const outcomes = [admitOne(store, offer, decision), admitOne(store, offer)];
    await decision.isAsked;
    decision.give({ admit: false });
    const [first, second] = await Promise.all(outcomes);
    assert.deepEqual(first, { outcome: 'refused' });
    numberOf(second!);
  },

  'no message is seen before its key is known': async (place) => {
    const store = await place.open();
    const offers = times(30, (i) => retriable(mailbox(1), `${i}`));
    let isDone = false;
    const done = Promise.all(offers.map((offer) => admitOne(store, offer))).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      for (const message of await store.fetch(mailbox(1), all)) await isKnown(store, textOf(message), message.seq);
      await nextTurn();
    }
    for (const [i, outcome] of (await done).entries()) await isKnown(store, `${i}`, numberOf(outcome));
  },

  'a key outlives its message': async (place) => {
    const store = await place.open();
    const acknowledged = retriable(mailbox(1), 'acknowledged');
    const expired = { ...retriable(mailbox(2), 'expired'), lifeMs: 1 };
    const seqs = (await admit(store, [acknowledged, expired])).map(numberOf);
    await store.acknowledge(mailbox(1), seqs[0]!);
    place.now += 1;
    await store.removeExpired();
    await add(store, mailbox(1), 'after');
    for await (const opened of place.nowAndReopened())
      assert.deepEqual(
        await admit(opened, [acknowledged, expired]),
        seqs.map((seq) => ({ outcome: 'repeated', seq })),
      );
  },
} satisfies Promises;

async function isKnown(store: Store, text: string, seq: bigint): Promise<void> {
  assert.deepEqual(await admitOne(store, retriable(mailbox(1), text)), { outcome: 'repeated', seq }, `of ${text}`);
}
