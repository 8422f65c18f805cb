// Plugins with several threads: one recipient on one thread, in order.

import t from 'tap';
import { fetched, message } from '../support/events.js';
import type { LogLine } from '../support/log-lines.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

const fieldsOf = (lines: readonly LogLine[]) => lines.map(({ fields }) => fields ?? {});

t.test('the messages of one recipient are asked on one thread, in order, and all threads have work', async (t) => {
  const { host, log } = await openHost(t, { 'names-its-thread': { threads: 3 } });
  const events = Array.from({ length: 400 }, (_, i) => message(1, i % 40, BigInt(i)));
  const decisions = host.askAll('onMessageEnqueue', events);
  const lines = await log.until('asked', 400);
  const threads = new Map<unknown, Set<unknown>>();
  const seqs = new Map<unknown, unknown[]>();
  for (const { recipient, seq, threadId } of fieldsOf(lines)) {
    threads.set(recipient, (threads.get(recipient) ?? new Set()).add(threadId));
    seqs.set(recipient, [...(seqs.get(recipient) ?? []), seq]);
  }
  t.ok([...threads.values()].every((own) => own.size === 1));
  t.equal(new Set(fieldsOf(lines).map(({ threadId }) => threadId)).size, 3);
  for (const own of seqs.values())
    t.same(
      own,
      [...own].sort((a, b) => Number(a) - Number(b)),
    );
  t.ok(
    decisions.every(
      (decision, i) => decision.action === 'reject' && threads.get(i % 40)?.has(Number(decision.reason)) === true,
    ),
  );
});

t.test('a recipient has the same thread for messages and for events', async (t) => {
  const { host, log } = await openHost(t, { observes: { threads: 4 } });
  for (let i = 0; i < 100; i++) host.onFetch(fetched(i, i % 10));
  host.onBatchEnqueue(Array.from({ length: 100 }, (_, i) => message(1, i % 10, BigInt(i))));
  await log.until('fetch', 100);
  const threads = new Map<unknown, unknown>();
  for (const { recipient, threadId } of fieldsOf(log.of('fetch'))) {
    if (!threads.has(recipient)) threads.set(recipient, threadId);
    t.equal(threads.get(recipient), threadId);
  }
  const counted = () =>
    fieldsOf(log.of('batch')).reduce((sum, { messages }) => sum + (messages as readonly unknown[]).length, 0);
  for (let pieces = 1; counted() < 100; pieces++) await log.until('batch', pieces);
  for (const { messages, threadId } of fieldsOf(log.of('batch'))) {
    for (const [recipient] of messages as readonly (readonly number[])[]) t.equal(threads.get(recipient), threadId);
  }
});

t.test('when one thread of a plugin crashes, the others go on', async (t) => {
  const { host, is } = await openHost(t, { crashes: { fixture: 'exits-in-gate', threads: 3 } });
  t.match(host.onMessageEnqueue(provoking(message(1, 1))), { action: 'defer', cause: 'crashed' });
  const rest = host.askAll(
    'onMessageEnqueue',
    Array.from({ length: 30 }, (_, i) => message(1, i)),
  );
  t.match(rest[1], { action: 'defer', cause: 'unavailable' });
  t.ok(rest.filter(({ action }) => action === 'continue').length > 5);
  await is('crashes', 'restarting').then(() => is('crashes', 'ready'));
  const all = host.askAll(
    'onMessageEnqueue',
    Array.from({ length: 30 }, (_, i) => message(1, i)),
  );
  t.ok(all.every(({ action }) => action === 'continue'));
});

t.test('threads that crash together all come back before the plugin is ready', async (t) => {
  const { host, is } = await openHost(t, { crashes: { fixture: 'exits-in-gate', threads: 3 } });
  const events = Array.from({ length: 30 }, (_, i) => provoking(message(1, i)));
  t.ok(host.askAll('onMessageEnqueue', events).every(({ action }) => action === 'defer'));
  const { counters } = await is('crashes', 'restarting').then(() => is('crashes', 'ready'));
  t.equal(counters.crashes, 3);
  const after = host.askAll(
    'onMessageEnqueue',
    Array.from({ length: 30 }, (_, i) => message(1, i)),
  );
  t.ok(after.every(({ action }) => action === 'continue'));
});
