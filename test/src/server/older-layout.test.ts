// A store of layout 2, which an earlier version of the server wrote: it is read as it is, and goes on in the present form.

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Mailbox, Offer, Store } from '@gatehouse/server';
import { checkLmdbStore } from '@gatehouse/server/internal/store/lmdb/check/run-check';
import { mailboxKey } from '@gatehouse/server/internal/store/mailbox-key';
import t, { type Test } from 'tap';
import { admitAll, offerOf } from '../support/admit-all.js';
import { tempFolder } from '../support/temp-folder.js';
import { storeIn } from './small-store.js';

const { open } = createRequire(import.meta.resolve('@gatehouse/server'))('lmdb');
const fixture = new URL('../../fixtures/layout-2/data.mdb.gz', import.meta.url);
const writtenAt = 1_000_000;
const sender = Buffer.alloc(32, 2);
const mailbox = (byte: number): Mailbox => ({
  recipientKey: Buffer.alloc(32, byte),
  channelId: Buffer.alloc(16, byte),
});
const all = { after: 0n, limit: 1_000, maxBytes: 1e9 };

async function olderFolder(t: Test): Promise<string> {
  const folder = await tempFolder(t);
  await writeFile(join(folder, 'data.mdb'), gunzipSync(await readFile(fixture)));
  return folder;
}

async function textsIn(store: Store, byte: number): Promise<readonly string[]> {
  return (await store.fetch(mailbox(byte), all)).map(({ payload }) => `${Buffer.from(payload)}`);
}

function again(byte: number, text: string, key: string, senderIdentity?: Uint8Array): Offer {
  const fingerprint = createHash('sha256')
    .update(mailboxKey(mailbox(byte)))
    .update(text)
    .digest();
  const retry = { key: Buffer.from(key), fingerprint, lifeMs: 60_000 };
  return { ...offerOf(mailbox(byte), text), retry, ...(senderIdentity && { senderIdentity }) };
}

t.test('all that an earlier version stored is there, and after a reopening too', async (t) => {
  const folder = await olderFolder(t);
  for (let i = 0; i < 2; i++) {
    const store = await storeIn(t, folder, () => writtenAt);
    t.strictSame(await textsIn(store, 1), ['known', 'sealed', 'unchecked', 'soon', 'last']);
    t.strictSame(await textsIn(store, 2), []);
    t.strictSame(
      await textsIn(store, 3),
      Array.from({ length: 300 }, (_, i) => `message ${i}`),
    );
    const [known, sealed] = await store.fetch(mailbox(1), all);
    t.ok(sender.equals(known!.senderIdentity!));
    t.equal(sealed!.senderIdentity, undefined);
    t.match((await store.admittedWithout({ limit: 10 })).messages, [{ seq: 4n, admittedWithout: ['guard'] }]);
    t.match(await store.user('alice'), { registrationRecord: 'record of alice' });
    t.match(await store.session(Buffer.alloc(32, 9)), { username: 'alice' });
    t.ok(await store.channel(Buffer.alloc(16, 7)));
    await store.close();
  }
});

t.test('names of before they were prepared are found as they were, and taken in every spelling', async (t) => {
  const folder = await olderFolder(t);
  const root = open({ path: folder, noSubdir: false, overlappingSync: false });
  const users = root.openDB('users', { encoding: 'binary' });
  const identities = root.openDB('identities', { encoding: 'binary', keyEncoding: 'binary' });
  for (const [i, username] of ['Alice', 'Bob', 'a b'].entries()) {
    const identityKey = Buffer.alloc(32, 100 + i);
    const record = { username, identityKey: identityKey.toString('base64url'), registrationRecord: `of ${username}` };
    await users.put(username, Buffer.from(JSON.stringify(record)));
    await identities.put(identityKey, Buffer.from(username));
  }
  await root.close();
  for (let i = 0; i < 2; i++) {
    const store = await storeIn(t, folder, () => writtenAt);
    const found = async (name: string) => (await store.user(name))?.username;
    for (const name of ['alice', 'Alice', 'Bob', 'a b']) t.equal(await found(name), name);
    t.equal(await found('BOB'), 'Bob');
    t.equal(await found('ALICE'), undefined, 'it could be either of two');
    for (const username of ['ALICE', 'bob', 'a b']) {
      const user = { username, identityKey: Buffer.alloc(32, 200), registrationRecord: '' };
      t.equal(await store.addUser(user), 'username-taken', username);
    }
    await store.close();
  }
  t.match(await checkLmdbStore(folder), { faults: [], damaged: [] });
});

t.test('it is no damage, neither before nor after it has gone on in the present form', async (t) => {
  const folder = await olderFolder(t);
  t.match(await checkLmdbStore(folder), { faults: [], damaged: [], messages: 305 });
  const store = await storeIn(t, folder, () => writtenAt);
  await admitAll(store, [again(1, 'new', 'key-3', sender), offerOf(mailbox(2), 'new'), offerOf(mailbox(3), 'new')]);
  await store.acknowledge(mailbox(3), 200n);
  await store.close();
  t.match(await checkLmdbStore(folder), { faults: [], damaged: [] });
});

t.test('numbers go on, and older messages are acknowledged, expire and count with newer ones', async (t) => {
  let now = writtenAt;
  const store = await storeIn(t, await olderFolder(t), () => now);
  t.match(await admitAll(store, [offerOf(mailbox(1), 'new'), offerOf(mailbox(2), 'new')]), [{ seq: 7n }, { seq: 3n }]);
  t.strictSame(await admitAll(store, [offerOf(mailbox(3), 'x')], { messages: 300, bytes: 1e9 }), [{ outcome: 'full' }]);
  now += 2_000;
  t.strictSame(await textsIn(store, 1), ['known', 'sealed', 'unchecked', 'last', 'new']);
  await store.removeExpired();
  t.strictSame(await textsIn(store, 1), ['known', 'sealed', 'unchecked', 'last', 'new']);
  t.equal(await store.acknowledge(mailbox(1), 4n), 3);
  t.strictSame(await textsIn(store, 1), ['last', 'new']);
  t.equal(await store.acknowledge(mailbox(1), 7n), 2);
  t.strictSame(await textsIn(store, 1), []);
  t.equal(await store.acknowledge(mailbox(3), 250n), 250);
  t.strictSame((await textsIn(store, 3)).length, 50);
  t.match(await admitAll(store, [offerOf(mailbox(3), 'x')], { messages: 51, bytes: 1e9 }), [{ outcome: 'stored' }]);
});

t.test('messages that were sent to an earlier version are recognised when they are sent again', async (t) => {
  const store = await storeIn(t, await olderFolder(t), () => writtenAt);
  t.strictSame(
    await admitAll(store, [
      again(1, 'known', 'key-1', sender),
      again(1, 'sealed', 'key-2'),
      again(1, 'other', 'key-1', sender),
      again(1, 'other', 'key-1', Buffer.alloc(32, 8)),
    ]),
    [
      { outcome: 'repeated', seq: 1n },
      { outcome: 'repeated', seq: 2n },
      { outcome: 'key-reused' },
      { outcome: 'stored', seq: 7n },
    ],
  );
});
