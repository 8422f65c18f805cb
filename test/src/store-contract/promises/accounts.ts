// Users have a name and an identity each of their own; sessions last until they expire or are removed.

import assert from 'node:assert/strict';
import type { Session, Store } from '@gatehouse/server';
import type { Promises } from '../promise.js';
import { times } from '../small-messages.js';

const key = (byte: number) => Buffer.alloc(32, byte);
const user = (username: string, byte: number) => ({ username, identityKey: key(byte), registrationRecord: 'récord 1' });
const session = (byte: number, expiresAt: number): Session => ({
  username: 'alice',
  identityKey: key(byte),
  openedAt: 1,
  expiresAt,
});

export const accounts = {
  'a user comes back as it was added': async (place) => {
    const store = await place.open();
    assert.equal(await store.addUser(user('ålice', 1)), 'added');
    for await (const opened of place.nowAndReopened()) {
      const found = await opened.user('ålice');
      assert.deepEqual({ ...found, identityKey: Buffer.from(found!.identityKey) }, user('ålice', 1));
      assert.deepEqual([await opened.hasIdentity(key(1)), await opened.hasIdentity(key(2))], [true, false]);
      assert.equal(await opened.user('alice'), undefined);
    }
  },

  'one name has one identity, and one identity one name, also when several ask at once': async (place) => {
    const store = await place.open();
    const sameName = await Promise.all(times(5, (i) => store.addUser(user('alice', i))));
    assert.deepEqual(sameName.toSorted(), ['added', ...times(4, () => 'username-taken')]);
    const owner = Buffer.from((await store.user('alice'))!.identityKey);
    assert.ok(owner.equals(key(sameName.indexOf('added'))), 'the first one is stored');
    const sameKey = await Promise.all(times(5, (i) => store.addUser(user(`bob ${i}`, 9))));
    assert.deepEqual(sameKey.toSorted(), ['added', ...times(4, () => 'identity-taken')]);
    const opened = await place.open();
    assert.equal(await opened.addUser(user('alice', 8)), 'username-taken');
    assert.equal(await opened.addUser(user('eve', 9)), 'identity-taken');
    assert.equal(await opened.hasIdentity(key(8)), false, 'nothing is left of one that was refused');
    assert.equal(await opened.user('eve'), undefined);
  },

  'a user is found by every spelling of its name, and comes back as it was added': async (place) => {
    const store = await place.open();
    const added = { ...user('\u00c5lice', 1), preparedName: '\u00e5lice' };
    await store.addUser(added);
    await store.addUser(user('bob 1', 2));
    for await (const opened of place.nowAndReopened()) {
      for (const spelling of ['\u00c5lice', '\u00e5lice', '\u00c5LICE', 'A\u030alice', '\uff21\u030alice']) {
        const found = await opened.user(spelling);
        assert.deepEqual(found && { ...found, identityKey: Buffer.from(found.identityKey) }, added, spelling);
      }
      assert.equal(await opened.user('Bob 1'), undefined, 'a name that cannot be prepared has one spelling');
    }
  },

  'a name is taken in every spelling, also when several ask at once': async (place) => {
    const store = await place.open();
    const spellings = ['Alice', 'alice', 'ALICE', '\uff21lice'];
    const added = await Promise.all(spellings.map((name, i) => store.addUser(user(name, i))));
    assert.deepEqual(added, ['added', ...times(3, () => 'username-taken')]);
    const opened = await place.open();
    assert.equal(await opened.addUser(user('aLICE', 9)), 'username-taken');
    assert.equal(await opened.hasIdentity(key(9)), false, 'nothing is left of one that was refused');
  },

  'a session comes back as it was added, with its last end': async (place) => {
    const store = await place.open();
    await store.addSession(key(1), session(7, 10));
    await store.addSession(key(2), session(8, 10));
    await store.renewSession(key(1), 20);
    for await (const opened of place.nowAndReopened())
      assert.deepEqual([await sessionOf(opened, 1), await sessionOf(opened, 2)], [session(7, 20), session(8, 10)]);
  },

  'a session that was removed stays removed': async (place) => {
    const store = await place.open();
    await store.addSession(key(1), session(7, 10));
    await store.addSession(key(2), session(7, 10));
    await Promise.all([store.removeSession(key(1)), store.renewSession(key(1), 20)]);
    await store.renewSession(key(1), 30);
    for await (const opened of place.nowAndReopened()) {
      assert.equal(await sessionOf(opened, 1), undefined);
      assert.deepEqual(await sessionOf(opened, 2), session(7, 10), 'no other is removed');
    }
  },

  'a session beyond those that a user may have ends the ones that expire first, and says which': async (place) => {
    const store = await place.open();
    for (const [byte, end] of [
      [1, 30],
      [2, 10],
      [3, 20],
    ] as const)
      await store.addSession(key(byte), session(7, end));
    await store.addSession(key(4), session(8, 1));
    const ended = await store.addSession(key(5), session(7, 5), 2);
    assert.deepEqual(ended.map(([byte]) => byte).toSorted(), [2, 3]);
    assert.deepEqual(await store.addSession(key(6), session(8, 1), 2), [], 'there is room for one more');
    for await (const opened of place.nowAndReopened()) {
      const found = await Promise.all([1, 2, 3, 4, 5, 6].map((byte) => sessionOf(opened, byte)));
      const left = found.map((one) => one?.expiresAt);
      assert.deepEqual(left, [30, undefined, undefined, 1, 5, 1]);
    }
    assert.equal(await (await place.open()).removeSessionsOf(key(7)), 2, 'nothing else is left of them');
  },

  'all sessions of an identity are removed, and no others': async (place) => {
    const store = await place.open();
    for (const byte of [1, 2, 3, 4]) await store.addSession(key(byte), session(byte === 3 ? 8 : 7, 10));
    await store.removeSession(key(4));
    assert.equal(await store.removeSessionsOf(key(7)), 2);
    for await (const opened of place.nowAndReopened()) {
      const found = await Promise.all([1, 2, 3].map((byte) => sessionOf(opened, byte)));
      assert.deepEqual(found, [undefined, undefined, session(8, 10)]);
    }
  },

  'expired sessions are removed to the last, except one that is renewed meanwhile': async (place) => {
    const store = await place.open();
    const many = times(2_300, (i) => Buffer.alloc(32, `${i} `));
    await Promise.all(many.map((hash, i) => store.addSession(hash, session(7, 5 + (i % 2)))));
    await store.addSession(key(1), session(7, 5));
    const [, removed] = await Promise.all([store.renewSession(key(1), 9), store.removeSessionsExpiredBy(5)]);
    assert.equal(removed, 1_150);
    assert.deepEqual(await sessionOf(store, 1), session(7, 9));
    assert.deepEqual([await store.session(many[0]!), (await store.session(many[1]!))?.expiresAt], [undefined, 6]);
    assert.equal(await store.removeSessionsOf(key(7)), 1_151, 'those that have not expired');
  },
} satisfies Promises;

async function sessionOf(store: Store, byte: number): Promise<Session | undefined> {
  const found = await store.session(key(byte));
  return found && { ...found, identityKey: Buffer.from(found.identityKey) };
}
