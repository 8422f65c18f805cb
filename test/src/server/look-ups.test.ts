// Sessions and channels that are at hand, over a real store.

import { staleMs, withLookUps } from '@gatehouse/server/internal/store/look-ups';
import { BoundedMap } from '@gatehouse/support/bounded-map';
import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';
import { storeIn } from './small-store.js';

const [hash, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const identityKey = Buffer.alloc(32, 3);
const session = { username: 'alice', identityKey, openedAt: 0, expiresAt: 2 ** 45 };

/** A store, the same with look-ups, and a clock of theirs. */
async function both(t: Test) {
  const clock = { now: 0 };
  const store = await storeIn(t, await tempFolder(t));
  const lookUps = withLookUps(store, () => clock.now);
  await lookUps.addSession(hash, session);
  await lookUps.addSession(other, session);
  for (const one of [hash, other]) await lookUps.session(one);
  return { store, lookUps, clock };
}

t.test('a session that another server ends is used for five seconds at most', async (t) => {
  const { store, lookUps, clock } = await both(t);
  await store.removeSession(hash);
  clock.now = staleMs - 1;
  t.match(await lookUps.session(hash), session);
  clock.now = staleMs;
  t.equal(await lookUps.session(hash), undefined);
});

t.test('what ends or changes a session through this server holds at once', async (t) => {
  const { lookUps } = await both(t);
  await lookUps.renewSession(hash, 5_000);
  t.equal((await lookUps.session(hash))?.expiresAt, 5_000);
  await lookUps.removeSession(hash);
  t.equal(await lookUps.session(hash), undefined);
  t.ok(await lookUps.session(other));
  await lookUps.removeSessionsOf(identityKey);
  t.equal(await lookUps.session(other), undefined);
});

t.test('a session that ends while it is being read is not kept', async (t) => {
  const { store, lookUps, clock } = await both(t);
  clock.now = staleMs;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = withLookUps({
    ...store,
    session: async (of) => {
      const found = await store.session(of);
      await held;
      return found;
    },
  });
  const reading = slow.session(hash);
  await slow.removeSession(hash);
  release();
  t.match(await reading, session, 'it was read before');
  t.equal(await slow.session(hash), undefined);
  t.equal(await lookUps.session(hash), undefined);
});

t.test('a channel is found at hand and in the store', async (t) => {
  const { store, lookUps } = await both(t);
  const id = Buffer.alloc(16, 9);
  t.equal(await lookUps.channel(id), undefined);
  await store.openChannel(identityKey, hash, id);
  for (let i = 0; i < 2; i++) t.match(await lookUps.channel(id), { id });
});

t.test('a map that is full forgets what was set first', async (t) => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  t.strictSame([map.get('a'), map.get('b'), map.get('c')], [3, undefined, 4]);
});
