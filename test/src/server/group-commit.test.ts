// Steps that share a write: one that meets a damaged page fails alone, and what another has removed is not counted.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Mailbox } from '@gatehouse/server';
import { GroupCommit } from '@gatehouse/server/internal/store/lmdb/group-commit';
import t from 'tap';
import { admitAll, offerOf } from '../support/admit-all.js';
import { tempFolder } from '../support/temp-folder.js';
import { storeIn } from './small-store.js';

const corrupted = -30_796;
const farMs = 2 ** 46;

t.test('a page that is damaged fails the step that needs it, and none that was written with it', async (t) => {
  // LMDB reports the page for the write as a whole. No sound file makes it do so, hence these in its place.
  const kept: string[] = [];
  const sound = { put: (key: string) => kept.push(key) };
  const damaged = {
    put: () => {
      throw Object.assign(new Error('a page is of the wrong kind'), { code: corrupted });
    },
  };
  const fence = { check: () => {}, commit: async (apply: () => void) => nextTurn().then(apply) };
  const commits = new GroupCommit(fence as never, await tempFolder(t));
  const write = (key: string, database: object) =>
    commits.write((transaction) => transaction.add(database as never, key, Buffer.of(1)));
  const outcomes = await Promise.allSettled([
    write('under way', sound),
    write('before', sound),
    write('damaged', damaged),
    write('after', sound),
  ]);
  t.strictSame(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  t.match(outcomes[2], { reason: { failure: 'damaged' } });
  t.ok(kept.includes('before') && kept.includes('after'));
});

t.test('an acknowledgement does not count what expires in the same write', async (t) => {
  let now = 1_000;
  const store = await storeIn(t, await tempFolder(t), () => now);
  const box: Mailbox = { recipientKey: Buffer.alloc(32, 1), channelId: Buffer.alloc(16, 1) };
  const other: Mailbox = { recipientKey: Buffer.alloc(32, 2), channelId: Buffer.alloc(16, 2) };
  const lives = [farMs, 1, farMs, 2, farMs];
  await admitAll(
    store,
    lives.map((lifeMs) => offerOf(box, 'x', lifeMs)),
  );
  now += 1;
  await store.removeExpired();
  now += 1;
  // What comes while this is being written shares the next write.
  const underWay = admitAll(store, [offerOf(other, Buffer.alloc(100_000))]);
  const removed = store.removeExpired();
  for (let i = 0; i < 10; i++) await Promise.resolve();
  t.equal(await store.acknowledge(box, 4n), 2);
  await Promise.all([underWay, removed]);
  const left = await store.fetch(box, { after: 0n, limit: 10, maxBytes: 1_000 });
  t.strictSame(
    left.map(({ seq }) => seq),
    [5n],
  );
});
