// The borders of the store: what no bug of ours may write, and what is said of a record that is not what was written.

import { createRequire } from 'node:module';
import type { Mailbox, Store } from '@gatehouse/server';
import { Contents } from '@gatehouse/server/internal/store/lmdb/contents';
import { decodeMailbox, emptyMailbox, encodeMailbox } from '@gatehouse/server/internal/store/lmdb/mailbox-record';
import { decodeMessage, encodeMessage } from '@gatehouse/server/internal/store/lmdb/message-record';
import { OpenNumbers } from '@gatehouse/server/internal/store/lmdb/open-numbers';
import { OpenRetries } from '@gatehouse/server/internal/store/lmdb/open-retries';
import { OwnerBytes } from '@gatehouse/server/internal/store/lmdb/owner-bytes';
import { decodeText, encodeText } from '@gatehouse/server/internal/store/lmdb/text-record';
import { Transaction } from '@gatehouse/server/internal/store/lmdb/transaction';
import { mailboxKey, messageIn } from '@gatehouse/server/internal/store/mailbox-key';
import { believedClock } from '@gatehouse/server/internal/store/trusted-clock';
import t, { type Test } from 'tap';
import { admitAll, offerOf } from '../support/admit-all.js';
import { tempFolder } from '../support/temp-folder.js';
import { storeIn } from './small-store.js';

/** The server’s own: the tests have none. */
const { open } = createRequire(import.meta.resolve('@gatehouse/server'))('lmdb');
const damaged = /a record of the store is damaged|a key of \d+ bytes stands|the mailbox \S+ is damaged/;
const all = { after: 0n, limit: 1e6, maxBytes: 1e12 };
const farMs = 2 ** 46;
const mailbox = (byte: number): Mailbox => ({
  recipientKey: Buffer.alloc(32, byte),
  channelId: Buffer.alloc(16, byte),
});

/** What is put in the place of a record; undefined: nothing. */
type Spoil = (key: Buffer, value: Buffer, place: number) => Buffer | undefined;

/** A store in which mailbox 1 has some messages, after `spoil` has been at its files. */
async function spoilt(t: Test, name: string, spoil: Spoil, texts = ['one'], now?: () => number): Promise<Store> {
  const folder = await tempFolder(t);
  const store = await storeIn(t, folder);
  await admitAll(
    store,
    texts.map((text) => offerOf(mailbox(1), text)),
  );
  await store.close();
  const root = open({ path: folder, noSubdir: false, overlappingSync: false });
  const database = root.openDB(name, { encoding: 'binary', keyEncoding: 'binary' });
  for (const [i, { key, value }] of [...database.getRange()].entries()) {
    const other = spoil(key, value, i);
    if (other) await database.put(key, other);
    else await database.remove(key);
  }
  await root.close();
  return storeIn(t, folder, now);
}

t.test('keys and records have their widths', async (t) => {
  const { recipientKey, channelId } = mailbox(1);
  t.throws(() => mailboxKey({ recipientKey: Buffer.alloc(33), channelId }), /the key of a recipient has 32 bytes/);
  t.throws(() => mailboxKey({ recipientKey, channelId: Buffer.alloc(17) }), /the id of a channel has 16 bytes/);
  t.throws(() => messageIn(Buffer.alloc(47), 1n), /the key of a mailbox has 48 bytes/);
  const message = { payload: Buffer.alloc(1), storedAt: 1, expiresAt: 2, senderIdentity: Buffer.alloc(31) };
  t.throws(() => encodeMessage(Buffer.alloc(56), message, 1), /the key of a sender has 32 bytes/);
  const store = await storeIn(t, await tempFolder(t));
  const open = async (key: number, id: number) =>
    store.openChannel(Buffer.alloc(key), Buffer.alloc(32, 1), Buffer.alloc(id));
  await t.rejects(open(31, 16), /a channel joins two keys of 32 bytes/);
  await t.rejects(open(32, 15), /a channel is given an id of 16 bytes/);
  const retry = { key: Buffer.alloc(129), fingerprint: Buffer.alloc(32), lifeMs: 1 };
  await t.rejects(
    admitAll(store, [{ ...offerOf(mailbox(1), 'x'), retry }]),
    /the key of a retry has 128 bytes at most/,
  );
  const short = { key: Buffer.alloc(1), fingerprint: Buffer.alloc(31), lifeMs: 1 };
  await t.rejects(admitAll(store, [{ ...offerOf(mailbox(1), 'x'), retry: short }]), /a fingerprint has 32 bytes/);
});

t.test('a user, a session or a channel that is damaged is an error, and no other one', async (t) => {
  const folder = await tempFolder(t);
  const [key, peer, id] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(16, 3)];
  const store = await storeIn(t, folder);
  await store.addUser({ username: 'alice', identityKey: key, registrationRecord: 'record' });
  await store.addSession(key, { username: 'alice', identityKey: key, openedAt: 1, expiresAt: farMs });
  await store.openChannel(key, peer, id);
  await store.close();
  const root = open({ path: folder, noSubdir: false, overlappingSync: false, maxDbs: 32 });
  for (const name of ['users', 'sessions', 'channels', 'pairs']) {
    const database = root.openDB(name, { encoding: 'binary', ...(name !== 'users' && { keyEncoding: 'binary' }) });
    for (const { key, value } of [...database.getRange()]) {
      value[9] ^= 1;
      await database.put(key, value);
    }
  }
  await root.close();
  const spoilt = await storeIn(t, folder);
  await t.rejects(spoilt.user('alice'), damaged);
  await t.rejects(spoilt.session(key), damaged);
  await t.rejects(spoilt.channel(id), damaged);
  await t.rejects(spoilt.openChannel(key, peer, id), damaged);
});

t.test('a message is let in by a verdict that says so, and by nothing that is merely not false', async (t) => {
  const store = await storeIn(t, await tempFolder(t));
  for (const admit of ['yes', 1, {}, Promise.resolve(true)]) {
    const decide = () => ({ verdicts: [{ admit: admit as never }] });
    const { outcomes } = store.admit([offerOf(mailbox(1), 'x')], { messages: 10, bytes: 10 }, decide);
    t.strictSame(await outcomes[0], { outcome: 'refused' });
  }
  t.strictSame(await store.fetch(mailbox(1), all), []);
});

t.test('no mailbox holds less than nothing', async (t) => {
  const key = mailboxKey(mailbox(1));
  for (const wrong of [
    { messages: -1 },
    { bytes: -1, messages: 1, added: 1 },
    { messages: Number.NaN },
    { messages: 1, added: 2 },
    { messages: 1, added: 1, passed: 1, holes: 1 },
  ]) {
    t.throws(() => encodeMailbox(key, { ...emptyMailbox, ...wrong }), /a mailbox holds no less than nothing/);
  }
});

t.test('a record that is too short, too long or makes no sense is damage, and no shorter answer', async (t) => {
  const key = mailboxKey(mailbox(1));
  const record = encodeMailbox(key, { ...emptyMailbox, last: 1n, messages: 1, bytes: 1, added: 1 });
  for (const wrong of [record.subarray(1), Buffer.concat([record, Buffer.of(0)]), Buffer.alloc(24, 255)])
    t.throws(() => decodeMailbox(key, wrong), damaged);
  const own = messageIn(key, 1n);
  const message = { payload: Buffer.alloc(0), storedAt: 1, expiresAt: 2, revision: 7 };
  const long = encodeMessage(own, { ...message, senderIdentity: Buffer.alloc(32), admittedWithout: ['guard'] }, 1);
  for (let length = 0; length < long.length; length++)
    t.throws(() => decodeMessage(own, long.subarray(0, length)), damaged, `${length} bytes`);
});

t.test('a record of which any byte is another, or that stands under another key, is damage', async (t) => {
  const key = mailboxKey(mailbox(1));
  const own = messageIn(key, 1n);
  const records = {
    mailbox: [key, encodeMailbox(key, { ...emptyMailbox, last: 9n, messages: 1, bytes: 1, added: 1 }), decodeMailbox],
    message: [own, encodeMessage(own, { payload: Buffer.from('text'), storedAt: 1, expiresAt: 2 }, 1), decodeMessage],
    user: [key, encodeText(key, '{"username":"alice"}'), (key, record) => decodeText(key, record, 'a user')],
  } as const satisfies Record<string, readonly [Buffer, Buffer, (key: Buffer, record: Buffer) => unknown]>;
  for (const [what, [key, record, decode]] of Object.entries(records)) {
    decode(key, record);
    // The first byte of some says which form it has.
    for (let at = what === 'mailbox' ? 0 : 1; at < record.length; at++) {
      const other = Buffer.from(record);
      other[at]! ^= 0x10;
      t.throws(() => decode(key, other), damaged, `byte ${at} of a ${what}`);
    }
    const otherKey = Buffer.from(key);
    otherKey[3]! ^= 1;
    t.throws(() => decode(otherKey, record), damaged, `a ${what} of another key`);
  }
});

t.test('a message that is damaged fails its mailbox alone', async (t) => {
  const store = await spoilt(t, 'messages', () => Buffer.of(9));
  await t.rejects(store.fetch(mailbox(1), all), damaged);
  await t.rejects(store.acknowledge(mailbox(1), 1n), damaged);
  await admitAll(store, [offerOf(mailbox(2), 'two')]);
  await store.removeExpired();
  t.match(await admitAll(store, [offerOf(mailbox(2), 'three')]), [{ outcome: 'stored', seq: 2n }]);
});

const texts = ['one', 'two', 'three', 'four'];

for (const [what, gone] of Object.entries({ first: 0, second: 1, last: 3 })) {
  t.test(`a mailbox whose ${what} message is missing is damaged, and gives no shorter answer`, async (t) => {
    const store = await spoilt(t, 'messages', (_, value, i) => (i === gone ? undefined : value), texts);
    await t.rejects(store.fetch(mailbox(1), all), /a mailbox holds 4 messages, of which 3 are there/);
    await t.rejects(store.fetch(mailbox(1), { ...all, after: BigInt(gone) }), damaged, 'also of what comes after it');
    await admitAll(store, [offerOf(mailbox(2), 'two')]);
    t.equal((await store.fetch(mailbox(2), all)).length, 1, 'others are served');
  });
}

t.test('a mailbox whose messages are all missing, or whose record is, is damaged', async (t) => {
  const without = await spoilt(t, 'messages', () => undefined, texts);
  await t.rejects(without.fetch(mailbox(1), all), /a mailbox holds 4 messages, of which 0 are there/);
  const unknown = await spoilt(t, 'mailboxes', () => undefined, texts);
  await t.rejects(unknown.fetch(mailbox(1), all), /a mailbox holds 0 messages, of which 4 are there/);
});

t.test('messages that expired before older ones are no damage', async (t) => {
  let now = 1_000;
  const store = await storeIn(t, await tempFolder(t), () => now);
  const lives = [farMs, 1, farMs, 2, 1, farMs];
  await admitAll(
    store,
    lives.map((lifeMs, i) => offerOf(mailbox(1), `${i}`, lifeMs)),
  );
  now += 1;
  await store.removeExpired();
  now += 1;
  const textsIn = async (after = 0n) =>
    (await store.fetch(mailbox(1), { ...all, after })).map(({ payload }) => `${Buffer.from(payload)}`);
  t.strictSame(await textsIn(), ['0', '2', '5'], 'one is expired and still stored');
  t.strictSame(await textsIn(3n), ['5']);
  await store.removeExpired();
  t.strictSame(await textsIn(), ['0', '2', '5']);
  t.equal(await store.acknowledge(mailbox(1), 3n), 2);
  t.strictSame(await textsIn(), ['5']);
  t.equal(await store.acknowledge(mailbox(1), 6n), 1);
  t.strictSame(await textsIn(), []);
  await admitAll(store, [offerOf(mailbox(1), 'next')]);
  t.strictSame(await textsIn(), ['next']);
});

t.test('what expires within its own batch makes room for the messages after it', async (t) => {
  const store = await storeIn(t, await tempFolder(t), () => 1_000);
  const limit = { messages: 2, bytes: 1_000 };
  const offers = [0, 0, farMs, farMs].map((lifeMs) => offerOf(mailbox(1), 'x', lifeMs));
  await admitAll(store, offers, limit);
  const send = () => admitAll(store, [offerOf(mailbox(1), 'y')], limit);
  for (let i = 0; i < 2; i++) t.match(await send(), [{ outcome: 'stored' }]);
  t.strictSame(await send(), [{ outcome: 'full' }]);
});

t.test('a mailbox whose count is damaged says so, and is not counted below nothing', async (t) => {
  const empty = (key: Buffer) => encodeMailbox(key, { ...emptyMailbox, last: 1n });
  const store = await spoilt(t, 'mailboxes', empty);
  await t.rejects(store.fetch(mailbox(1), all), /holds 0 messages, of which 1 are there/);
  await t.rejects(store.acknowledge(mailbox(1), 1n), damaged);
  const shorter = await spoilt(t, 'mailboxes', (_, value) => value.subarray(1));
  await t.rejects(admitAll(shorter, [offerOf(mailbox(1), 'x')]), damaged);
  t.match(await admitAll(shorter, [offerOf(mailbox(2), 'x')]), [{ outcome: 'stored', seq: 1n }]);
});

t.test('the key of a retry is closed as often as it is open', async (t) => {
  const retries = new OpenRetries();
  const [first, second] = [retries.open(Buffer.from('key')), retries.open(Buffer.from('key'))];
  t.strictSame([first.isSecond, second.isSecond], [false, true]);
  for (const retry of [first, second]) retries.close(retry);
  t.throws(() => retries.close(second), /only a key that is open is closed/);
  t.equal(retries.open(Buffer.from('key')).isSecond, false);
});

t.test('a number is committed once, after those below it, and only if it was given', async (t) => {
  const numbers = new OpenNumbers(0n);
  t.throws(() => numbers.committed('a mailbox'), /only numbers that were given are committed/);
  const root = open({ path: await tempFolder(t), noSubdir: false, overlappingSync: false, maxDbs: 32 });
  t.teardown(() => root.close());
  const contents = new Contents(root, believedClock(Date.now), () => true);
  const [transaction, key] = [new Transaction(), mailboxKey(mailbox(1))];
  contents.use(transaction, key, 2n);
  for (const seq of [1n, 2n])
    t.throws(() => contents.use(transaction, key, seq), /in the order in which they were given, each once/);
});

t.test('the bytes of a recipient follow each write, and forget one that failed', async (t) => {
  let reads = 0;
  const onDisk = new Map([['a', 100]]);
  const owners = new OwnerBytes((owner) => {
    reads++;
    return onDisk.get(owner) ?? 0;
  });
  const [first, second] = [new Transaction(), new Transaction()];
  owners.change(first, 'a', 5);
  owners.change(second, 'a', 7);
  owners.change(second, 'a', -2);
  t.strictSame([owners.of('a'), owners.of('b')], [110, 0], 'those under way count');
  first.tellEnded(false);
  t.equal(owners.of('a'), 105, 'what failed does not');
  second.tellEnded(true);
  t.equal(owners.of('a'), 105);
  t.equal(reads, 2, 'each is read once');
});
