// Batches are decided by the caller, at once or later, and nothing waits for it but what comes after them.

import assert from 'node:assert/strict';
import type { Decide, Offer, Store } from '@gatehouse/server';
import { letIn, offerOf } from '../../support/admit-all.js';
import { LateDecision } from '../late-decision.js';
import type { Promises } from '../promise.js';
import {
  add,
  admit,
  admitOne,
  deciding,
  mailbox,
  noLimit,
  numberOf,
  retriable,
  retryOf,
  textsIn,
} from '../small-messages.js';

const session = { username: 'alice', identityKey: Buffer.alloc(32), openedAt: 1, expiresAt: 2 };
const failure = new Error('there is no gate');

/** Ways to leave two messages undecided, and the error if that is given. */
const undecided: Readonly<Record<string, readonly [Decide, Error?]>> = {
  throws: [
    () => {
      throw failure;
    },
    failure,
  ],
  rejects: [() => Promise.reject(failure), failure],
  'has too few verdicts': [() => ({ verdicts: [{ admit: true }] })],
  'has too few verdicts later': [async () => ({ verdicts: [{ admit: true }] })],
};

export const decisions = {
  'a message is stored only if it is let in; a refused one leaves a gap and no key': async (place) => {
    const store = await place.open();
    const offers = ['a', 'b', 'c'].map((text) => retriable(mailbox(1), text));
    const decide = deciding(({ index }) => ({ admit: index !== 1 }));
    const [a, b, c] = await admit(store, offers, { decide });
    assert.deepEqual([await textsIn(store, mailbox(1)), b], [['a', 'c'], { outcome: 'refused' }]);
    assert.equal(numberOf(c!), numberOf(a!) + 2n);
    const again = await admitOne(store, offers[1]!);
    assert.ok(numberOf(again) > numberOf(c!), 'offered again, it is new');
  },

  'decide is asked only about messages that are new and have room': async (place) => {
    const store = await place.open();
    await admit(store, [retriable(mailbox(1), 'known'), offerOf(mailbox(2), 'a'), offerOf(mailbox(2), 'b')]);
    const reused = { ...offerOf(mailbox(1), 'other'), retry: retryOf('known', 'other') };
    const certain = [retriable(mailbox(1), 'known'), offerOf(mailbox(2), 'c'), reused];
    const asked: number[][] = [];
    const decide: Decide = (messages) => {
      asked.push(messages.map(({ index }) => index));
      return letIn(messages);
    };
    const offered = async (...offers: readonly Offer[]) => {
      const admitting = store.admit(offers, { messages: 2, bytes: 20 }, decide);
      await admitting.decided;
      return (await Promise.all(admitting.outcomes)).map(({ outcome }) => outcome);
    };
    assert.deepEqual(await offered(offerOf(mailbox(1), 'new'), ...certain, offerOf(mailbox(3), 'new')), [
      'stored',
      'repeated',
      'full',
      'key-reused',
      'stored',
    ]);
    assert.deepEqual(await offered(...certain), ['repeated', 'full', 'key-reused']);
    assert.deepEqual(await offered(), []);
    assert.deepEqual(asked, [[0, 4]]);
  },

  'batches are seen in the order of the calls, in whatever order they are decided': async (place) => {
    const store = await place.open();
    const [first, second] = [new LateDecision(), new LateDecision()];
    const one = store.admit([offerOf(mailbox(1), 'one')], noLimit, first.decide);
    const two = store.admit([offerOf(mailbox(2), 'two')], noLimit, second.decide);
    const three = store.admit([offerOf(mailbox(1), 'three')], noLimit, letIn);
    await second.isAsked;
    second.give({ admit: true });
    await writeTwice(store);
    assert.deepEqual([await textsIn(store, mailbox(1)), await textsIn(store, mailbox(2))], [[], []]);
    first.give({ admit: true });
    await two.outcomes[0];
    assert.equal((await textsIn(store, mailbox(1)))[0], 'one');
    await Promise.all([one, two, three].flatMap(({ decided, outcomes }) => [decided, ...outcomes]));
    assert.deepEqual([await textsIn(store, mailbox(1)), await textsIn(store, mailbox(2))], [['one', 'three'], ['two']]);
  },

  'nothing is locked while a batch is decided: others are decided, and the store is written to': async (place) => {
    const store = await place.open();
    await add(store, mailbox(1), 'acknowledged meanwhile');
    const [first, second] = [new LateDecision(), new LateDecision()];
    const one = admitOne(store, offerOf(mailbox(1), 'one'), first);
    await first.isAsked;
    const two = admitOne(store, offerOf(mailbox(1), 'two'), second);
    await second.isAsked;
    await writeTwice(store);
    await store.acknowledge(mailbox(1), 1n);
    assert.deepEqual(await textsIn(store, mailbox(1)), []);
    for (const decision of [first, second]) decision.give({ admit: true });
    await Promise.all([one, two]);
    assert.deepEqual(await textsIn(store, mailbox(1)), ['one', 'two']);
  },

  'a batch that decide throws or rejects for is not stored, and fails with that error': async (place) => {
    for (const [what, [decide, error]] of Object.entries(undecided)) {
      const store = await place.part(what).open();
      const offers = [retriable(mailbox(1), 'a'), retriable(mailbox(2), 'b')];
      const admitting = store.admit(offers, noLimit, decide);
      const [next, failed] = await Promise.all([
        admitOne(store, offerOf(mailbox(1), 'next')),
        Promise.allSettled(admitting.outcomes),
        admitting.decided,
      ]);
      numberOf(next);
      for (const one of failed) {
        assert.ok(one.status === 'rejected', `decide ${what}`);
        if (error) assert.equal(one.reason, error);
      }
      assert.deepEqual([await textsIn(store, mailbox(1)), await textsIn(store, mailbox(2))], [['next'], []]);
      for (const outcome of await admit(store, offers)) numberOf(outcome);
    }
  },
} satisfies Promises;

/** Whatever is to be written when it is called is written when it resolves. */
async function writeTwice(store: Store): Promise<void> {
  for (const byte of [1, 2]) await store.addSession(Buffer.alloc(32, byte), session);
}
