// What the host decides when its plugins answer.

import t from 'tap';
import { key, message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

t.test('without plugins every message passes', async (t) => {
  const { host } = await openHost(t, {});
  t.same(host.onMessageEnqueue(message()), { action: 'continue' });
  t.same(host.askAll('onMessageEnqueue', [message(), message()]), [{ action: 'continue' }, { action: 'continue' }]);
});

t.test('a decision is a plain value, there when the call returns', async (t) => {
  const { host } = await openHost(t, { limiter: { fixture: 'rejects', config: { defaults: { max: 10 } } } });
  t.same(host.onMessageEnqueue(message(10)), { action: 'continue' });
  t.same(host.onMessageEnqueue(message(11)), {
    action: 'reject',
    reason: '11 > 10',
    truncated: false,
    plugin: 'limiter',
  });
  t.match((await host.get('limiter')).counters, { continued: 1, rejected: 1, crashes: 0 });
});

t.test('an answer that comes later is waited for', async (t) => {
  const { host } = await openHost(t, { 'answers-later': {} });
  t.same(host.onMessageEnqueue(message(5)), { action: 'continue' });
  t.match(host.onMessageEnqueue(message(105)), { action: 'reject', reason: 'too long: 105' });
});

t.test('a reason longer than the lane holds is cut at a character and marked', async (t) => {
  const { host } = await openHost(t, { 'gives-a-reason-of-10-mb': {} });
  t.match(host.onMessageEnqueue(provoking()), {
    action: 'reject',
    reason: 'é'.repeat(512),
    truncated: true,
  });
});

t.test('the first plugin in the chain that rejects ends it, and those after it are not asked', async (t) => {
  const { host } = await openHost(t, {
    third: { fixture: 'rejects', order: 30, config: { defaults: { max: 0, reason: 'third' } } },
    first: { fixture: 'rejects', order: 10, config: { defaults: { max: 100, reason: 'first' } } },
    second: { fixture: 'rejects', order: 20, config: { defaults: { max: 50, reason: 'second' } } },
  });
  t.match(host.onMessageEnqueue(message(101)), { reason: 'first', plugin: 'first' });
  t.match(host.onMessageEnqueue(message(51)), { reason: 'second', plugin: 'second' });
  t.match(host.onMessageEnqueue(message(1)), { reason: 'third', plugin: 'third' });
  t.match((await host.get('first')).counters, { continued: 2, rejected: 1 });
  t.match((await host.get('second')).counters, { continued: 1, rejected: 1 });
  t.match((await host.get('third')).counters, { continued: 0, rejected: 1 });
});

t.test('plugins of equal order are asked in the order of their names', async (t) => {
  const { host } = await openHost(t, {
    b: { fixture: 'rejects', config: { defaults: { reason: 'b' } } },
    a: { fixture: 'rejects', config: { defaults: { reason: 'a' } } },
  });
  t.match(host.onMessageEnqueue(message()), { plugin: 'a' });
  t.same(
    (await host.list()).map(({ name }) => name),
    ['a', 'b'],
  );
});

t.test('many messages are decided together, each on its own', async (t) => {
  const { host } = await openHost(t, { limiter: { fixture: 'rejects', config: { defaults: { max: 149 } } } });
  const decisions = host.askAll(
    'onMessageEnqueue',
    Array.from({ length: 300 }, (_, i) => message(i)),
  );
  t.equal(decisions.length, 300);
  t.ok(decisions.every(({ action }, i) => action === (i > 149 ? 'reject' : 'continue')));
  t.match(decisions[299], { reason: '299 > 149' });
});

t.test('an event of the wrong shape is refused by the name of its field, and nobody is asked', async (t) => {
  const { host } = await openHost(t, { continues: {} });
  const wrong: readonly (readonly [change: object, field: RegExp])[] = [
    [{ recipientKey: new Uint8Array(31) }, /recipientKey: expected 32 bytes, got 31 bytes/],
    [{ channelId: key(1) }, /channelId: expected 16 bytes, got 32 bytes/],
    [{ senderIdentity: 'ann' }, /senderIdentity: expected 32 bytes/],
    [{ payloadLen: -1 }, /payloadLen: expected a whole number/],
    [{ seq: 2n ** 64n }, /seq: expected a bigint/],
    [{ seq: 1 }, /seq: expected a bigint/],
  ];
  for (const [change, field] of wrong) {
    const event = { ...message(), ...change };
    t.throws(() => host.onMessageEnqueue(event), { code: 'EVENT_INVALID', hook: 'onMessageEnqueue', message: field });
    t.throws(() => host.askAll('onMessageEnqueue', [message(), event]), { code: 'EVENT_INVALID', message: field });
  }
  t.match((await host.get('continues')).counters, { continued: 0 });
  const { senderIdentity: _, ...sealed } = message();
  t.same(host.onMessageEnqueue(sealed), { action: 'continue' });
});
