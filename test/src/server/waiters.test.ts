// Who waits for a mailbox, without HTTP.

import type { Mailbox } from '@gatehouse/server';
import { Waiters } from '@gatehouse/server/internal/messages/waiters';
import t from 'tap';

const mailbox = (byte: number): Mailbox => ({ recipientKey: Buffer.alloc(32, byte), channelId: Buffer.alloc(16) });

t.test('everyone who waits for a mailbox is woken, and nobody else', async (t) => {
  const waiters = new Waiters();
  const both = [waiters.next(mailbox(1), 60_000), waiters.next(mailbox(1), 60_000)];
  const other = waiters.next(mailbox(2), 60_000);
  waiters.wake(mailbox(1));
  t.strictSame(await Promise.all(both.map(({ waking }) => waking)), ['message', 'message']);
  t.equal(waiters.size, 1);
  waiters.close();
  t.equal(await other.waking, 'over');
});

t.test('a wait ends with its time, when it is given up, and with the server', async (t) => {
  const waiters = new Waiters();
  t.equal(await waiters.next(mailbox(1), 1).waking, 'over');
  t.equal(await waiters.next(mailbox(1), 0).waking, 'over');
  const left = waiters.next(mailbox(1), 60_000);
  left.giveUp();
  t.equal(await left.waking, 'over');
  left.giveUp();
  t.equal(waiters.size, 0, 'nothing is left of them');
  waiters.close();
  t.equal(await waiters.next(mailbox(1), 60_000).waking, 'over');
});

t.test('each ends in its own time, in whatever order they came, and none before it', async (t) => {
  const waiters = new Waiters();
  const ended: number[] = [];
  const times = [120, 10, 60, 11, 90];
  const began = performance.now();
  await Promise.all(
    times.map(async (ms) => {
      await waiters.next(mailbox(ms), ms).waking;
      t.ok(performance.now() - began >= ms);
      ended.push(ms);
    }),
  );
  t.strictSame(
    [...ended].sort((a, b) => a - b),
    [10, 11, 60, 90, 120],
  );
  t.equal(ended.at(-1), 120);
  t.equal(waiters.size, 0);
});
