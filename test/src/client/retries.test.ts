// What is tried again, what is not, and that nothing is done twice.

import { connect } from '@gatehouse/client';
import { Continue } from '@gatehouse/plugin-api';
import type { GateDecision } from '@gatehouse/server';
import t, { type Test } from 'tap';
import { connected, connectedPair, text, textOf } from '../support/connected.js';
import { smallServer } from '../support/small-server.js';
import { type Fate, wayTo } from './way.js';

const quick = { baseMs: 5, maxMs: 5 };

/** A pair whose requests to `path` meet these fates, one after the other, and then pass. */
async function fatedPair(t: Test, path: string, fates: readonly Fate[]) {
  const { url } = await smallServer(t);
  const left = [...fates];
  const way = await wayTo(t, url, (came) => (came === path ? (left.shift() ?? 'passes') : 'passes'));
  const pair = await connectedPair(way.url, { retry: quick });
  const tries = () => way.came.filter((came) => came === path).length;
  return { ...pair, tries };
}

t.test('a message whose answer was lost is sent again, and stored once', async (t) => {
  const { alice, bob, tries } = await fatedPair(t, 'enqueue', [
    'loses the answer',
    'loses the request',
    { status: 502 },
  ]);
  t.strictSame(await alice.channel.send(text('one')), { seq: 1n });
  t.equal(tries(), 4);
  t.strictSame(await alice.channel.send(text('two')), { seq: 2n });
  t.strictSame((await bob.channel.fetch()).map(textOf), ['one', 'two']);
});

t.test('a message that a plugin puts off is sent again when its time has come, with the same key', async (t) => {
  const later = { action: 'defer', plugin: 'greylist', cause: 'deferred', reason: 'not yet' } as const;
  const first: (GateDecision | undefined)[] = [{ ...later, retryAfterMs: 1 }];
  const { url, asked } = await smallServer(t, { gate: () => first.shift() ?? Continue });
  const { alice } = await connectedPair(url, { retry: quick });
  t.strictSame(await alice.channel.send(text('one')), { seq: 2n });
  t.equal(asked.flat().length, 2);
  first.push({ ...later, retryAfterMs: 300_000 });
  await t.rejects(alice.channel.send(text('two')), {
    code: 'DEFERRED_BY_HOOK',
    status: 503,
    retryAfter: 300,
    message: /not yet/,
  });
});

t.test('so is each of several messages', async (t) => {
  const { alice, bob, tries } = await fatedPair(t, 'batch-enqueue', ['loses the answer']);
  t.match(await alice.channel.sendAll(['one', 'one'].map(text)), [{ seq: 1n }, { seq: 2n }]);
  t.equal(tries(), 2);
  t.strictSame((await bob.channel.fetch()).map(textOf), ['one', 'one']);
});

t.test('a key of the program makes a call safe that it repeats', async (t) => {
  const { alice, bob } = await fatedPair(t, 'enqueue', []);
  const key = { idempotencyKey: 'order-7' };
  t.strictSame(await alice.channel.send(text('one'), key), { seq: 1n });
  t.strictSame(await alice.channel.send(text('one'), key), { seq: 1n });
  await t.rejects(alice.channel.send(text('two'), key), { code: 'IDEMPOTENCY_KEY_REUSED', status: 422 });
  t.strictSame((await bob.channel.fetch()).map(textOf), ['one']);
});

t.test(
  'a time to live that is no whole number of seconds is refused by the client, with what is expected',
  async (t) => {
    const { alice } = await fatedPair(t, 'enqueue', []);
    for (const ttlSeconds of [Number.POSITIVE_INFINITY, 0, 1.5, Number.NaN]) {
      await t.rejects(alice.channel.send(new Uint8Array(1), { ttlSeconds }), {
        name: 'TypeError',
        message: `ttlSeconds: expected a whole number of seconds from 1 on, or none for the longest that the server keeps by default, got ${ttlSeconds}`,
      });
    }
  },
);

t.test('a login is begun again when its second answer was lost', async (t) => {
  const { url } = await smallServer(t);
  await connected(url).register({ username: 'alice', password: 'secret' });
  let lost = false;
  const way = await wayTo(t, url, (path) => {
    if (path !== 'login/finish' || lost) return 'passes';
    lost = true;
    return 'loses the answer';
  });
  await connected(way.url, { retry: quick }).login({ username: 'alice', password: 'secret' });
  t.strictSame(way.came, ['login/start', 'login/finish', 'login/start', 'login/finish']);
});

t.test('a registration that may have been done is not repeated', async (t) => {
  const { url } = await smallServer(t);
  const way = await wayTo(t, url, (path) => (path === 'register/finish' ? 'loses the answer' : 'passes'));
  const registered = connected(way.url, { retry: quick }).register({ username: 'alice', password: 'secret' });
  await t.rejects(registered, { code: 'CONNECTION_FAILED', status: undefined });
  t.strictSame(way.came, ['register/start', 'register/finish']);
});

t.test('what the server refuses is not tried again', async (t) => {
  const { alice, tries } = await fatedPair(t, 'ack', [{ status: 403 }, { status: 500 }]);
  await t.rejects(alice.channel.acknowledge(1n), { code: 'UNREADABLE_ANSWER', status: 403 });
  await t.rejects(alice.channel.acknowledge(1n), { code: 'UNREADABLE_ANSWER', status: 500 });
  t.equal(tries(), 2);
});

t.test('it is given up after so many attempts, with the last error', async (t) => {
  const { alice, tries } = await fatedPair(t, 'fetch', Array(9).fill({ status: 503 }));
  await t.rejects(alice.channel.fetch(), { code: 'UNREADABLE_ANSWER', status: 503 });
  t.equal(tries(), 5);
});

t.test('a Retry-After beyond the time there is ends it at once, and is told', async (t) => {
  const { alice, tries } = await fatedPair(t, 'fetch', [{ status: 429, retryAfter: 3_600 }]);
  await t.rejects(alice.channel.fetch(), { code: 'UNREADABLE_ANSWER', retryAfter: 3_600 });
  t.equal(tries(), 1);
});

t.test('a Retry-After within it is waited for', async (t) => {
  const { alice, tries } = await fatedPair(t, 'fetch', [{ status: 429, retryAfter: 1 }]);
  const startedAt = performance.now();
  t.strictSame(await alice.channel.fetch(), []);
  t.ok(performance.now() - startedAt >= 990);
  t.equal(tries(), 2);
});

t.test('without a limit of time, a Retry-After of years is waited for and not retried at once', async (t) => {
  const { url } = await smallServer(t);
  const { alice } = await connectedPair(url);
  const way = await wayTo(t, url, () => ({ status: 429, retryAfter: 1e9 }));
  const endless = { totalMs: Number.POSITIVE_INFINITY, attemptMs: Number.POSITIVE_INFINITY, baseMs: 0 };
  const gatehouse = connected(way.url, { retry: endless });
  const leaving = new AbortController();
  const fetched = gatehouse.resume(alice.session.details).channel(alice.channel.id).fetch({ signal: leaving.signal });
  while (way.came.length === 0) await alice.channel.fetch();
  // Requests of its own take longer than a timer that overflowed.
  for (let i = 0; i < 10; i++) await alice.channel.fetch();
  leaving.abort(new Error('enough'));
  await t.rejects(fetched, { message: 'enough' });
  t.strictSame(way.came, ['fetch']);
});

t.test('an attempt without an answer in its time has failed, and the next one may not', async (t) => {
  const { url } = await smallServer(t);
  const { alice } = await connectedPair(url);
  let asked = 0;
  // The first answer does not come until nobody waits for it.
  const slow: typeof fetch = (input, init) =>
    ++asked > 1
      ? fetch(input, init)
      : new Promise((_, reject) => init!.signal!.addEventListener('abort', () => reject()));
  const gatehouse = connected(url, { fetch: slow, retry: { ...quick, attemptMs: 2_000 } });
  const channel = gatehouse.resume(alice.session.details).channel(alice.channel.id);
  t.strictSame(await channel.fetch(), []);
  t.equal(asked, 2);
});

t.test('a signal ends a request and a wait between two, with its reason', async (t) => {
  const { alice } = await fatedPair(t, 'fetch', [{ status: 503, retryAfter: 30 }]);
  const over = new AbortController();
  const fetched = alice.channel.fetch({ signal: over.signal });
  const waited = alice.channel.fetch({ waitMs: 60_000, signal: over.signal });
  setTimeout(() => over.abort(new Error('enough')), 50);
  await t.rejects(fetched, { message: 'enough' });
  await t.rejects(waited, { message: 'enough' });
  await t.rejects(alice.channel.send(text('x'), { signal: AbortSignal.abort(new Error('never')) }), {
    message: 'never',
  });
});

t.test('nobody there is told as such', async (t) => {
  const gatehouse = connect({ url: 'http://127.0.0.1:9', retry: { attempts: 1 } });
  await t.rejects(gatehouse.login({ username: 'alice', password: 'x' }), { code: 'CONNECTION_FAILED' });
});
