// Who waits for a mailbox, without HTTP.

import type { Mailbox } from '@gatehouse/server';
import { Waiters } from '@gatehouse/server/internal/waiters';
import t from 'tap';

const mailbox = (byte: number): Mailbox => ({ recipientKey: Buffer.alloc(32, byte), channelId: Buffer.alloc(16) });
const never = new AbortController().signal;

t.test('everyone who waits for a mailbox is woken, and nobody else', async (t) => {
  const waiters = new Waiters();
  const both = [waiters.next(mailbox(1), 60_000, never), waiters.next(mailbox(1), 60_000, never)];
  const other = waiters.next(mailbox(2), 60_000, never);
  waiters.wake(mailbox(1));
  t.strictSame(await Promise.all(both), ['message', 'message']);
  t.equal(waiters.size, 1);
  waiters.close();
  t.equal(await other, 'over');
});

t.test('a wait ends with its time, with its signal, and with the server', async (t) => {
  const waiters = new Waiters();
  t.equal(await waiters.next(mailbox(1), 1, never), 'over');
  const leaving = new AbortController();
  const left = waiters.next(mailbox(1), 60_000, leaving.signal);
  leaving.abort();
  t.equal(await left, 'over');
  t.equal(waiters.size, 0, 'nothing is left of them');
  waiters.close();
  for (const signal of [never, leaving.signal]) t.equal(await waiters.next(mailbox(1), 60_000, signal), 'over');
});
