// The loop over a mailbox: what it gives, and what it acknowledges.

import t from 'tap';
import { connectedPair, text, textOf } from '../support/connected.js';
import { smallServer } from '../support/small-server.js';

t.test('messages come in order, those that are there and those that come later', async (t) => {
  const { alice, bob } = await connectedPair((await smallServer(t)).url);
  await alice.channel.sendAll(['one', 'two'].map(text));
  const seen: string[] = [];
  for await (const message of bob.channel.receive({ limit: 1 })) {
    seen.push(textOf(message));
    if (seen.length === 2) await alice.channel.send(text('three'));
    if (seen.length === 3) break;
  }
  t.strictSame(seen, ['one', 'two', 'three']);
});

t.test('what was handled is acknowledged; what the loop was left with is not', async (t) => {
  const { alice, bob } = await connectedPair((await smallServer(t)).url);
  await alice.channel.sendAll(['one', 'two', 'three'].map(text));
  for await (const message of bob.channel.receive()) if (textOf(message) === 'two') break;
  t.strictSame((await bob.channel.fetch()).map(textOf), ['two', 'three']);
  const failed = (async () => {
    for await (const message of bob.channel.receive()) if (textOf(message) === 'three') throw new Error('cannot');
  })();
  await t.rejects(failed, { message: 'cannot' });
  t.strictSame((await bob.channel.fetch()).map(textOf), ['three']);
});

t.test('a signal ends the loop with its reason, also while it waits, and keeps what was handled', async (t) => {
  const { url, requested } = await smallServer(t);
  const { alice, bob } = await connectedPair(url);
  await alice.channel.send(text('one'));
  const over = new AbortController();
  const ended = (async () => {
    for await (const message of bob.channel.receive({ signal: over.signal })) t.equal(textOf(message), 'one');
  })();
  // It fetches, it acknowledges, and it waits.
  for (let i = 0; i < 3; i++) await requested();
  over.abort(new Error('enough'));
  await t.rejects(ended, { message: 'enough' });
  t.strictSame(await bob.channel.fetch(), []);
});

t.test('a loop that is fast does not make a request for every message', async (t) => {
  const asked: string[] = [];
  const counting: typeof fetch = (input, init) => {
    asked.push(String(input).split('/').at(-1)!);
    return fetch(input, init);
  };
  const { alice, bob } = await connectedPair((await smallServer(t)).url, { fetch: counting });
  await alice.channel.sendAll(Array.from({ length: 100 }, (_, i) => text(`${i}`)));
  asked.length = 0;
  for await (const message of bob.channel.receive()) if (textOf(message) === '99') break;
  t.strictSame(asked, ['fetch-wait', 'ack', 'ack']);
  t.strictSame((await bob.channel.fetch()).map(textOf), ['99']);
});

t.test('a fetch waits as long as it is told to, for which it asks as often as the server needs', async (t) => {
  const waits: number[] = [];
  let isQuiet = false;
  const asking: typeof fetch = async (input, init) => {
    const body = JSON.parse(String(init?.body)) as { timeoutMs?: number };
    if (body.timeoutMs === undefined) return fetch(input, init);
    waits.push(body.timeoutMs);
    // Nothing came in that time.
    if (isQuiet || waits.length === 1) return Response.json({ messages: [], more: false });
    return fetch(input, init);
  };
  const { alice, bob } = await connectedPair((await smallServer(t)).url, { fetch: asking });
  await alice.channel.send(text('at last'));
  t.strictSame((await bob.channel.fetch({ waitMs: Number.POSITIVE_INFINITY })).map(textOf), ['at last']);
  t.strictSame(waits, [60_000, 60_000]);
  waits.length = 0;
  isQuiet = true;
  t.strictSame(await bob.channel.fetch({ waitMs: 60_000 }), []);
  t.strictSame(waits, [60_000], 'no more than what one request may wait');
});
