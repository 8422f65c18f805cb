// The borders of the store: what no bug of ours may write, and what is said of a record that is not what was written.

import { createRequire } from 'node:module';
import { decodeMailbox, encodeMailbox } from '@gatehouse/server/internal/store/lmdb/mailbox-record';
import { decodeMessage, encodeMessage } from '@gatehouse/server/internal/store/lmdb/message-record';
import { mailboxKey, messageKey } from '@gatehouse/server/internal/store/mailbox-key';
import t, { type Test } from 'tap';
import { add, all, mailbox, never, settlement } from '../store-contract/small-messages.js';
import { tempFolder } from '../support/temp-folder.js';
import { storeIn } from './small-store.js';

/** The server’s own: the tests have none. */
const { open } = createRequire(import.meta.resolve('@gatehouse/server'))('lmdb');
const damaged = /a record of the store is damaged|a key of \d+ bytes stands|the mailbox \S+ is damaged/;
const receipt = { id: Buffer.from('key'), fingerprint: Buffer.alloc(32), expiresAt: never };

/** A store in which mailbox 1 has a message, after `spoil` has been at its files. */
async function spoilt(t: Test, name: string, spoil: (key: Buffer, value: Buffer) => Buffer) {
  const folder = await tempFolder(t);
  const store = await storeIn(t, folder);
  await add(store, mailbox(1), 'one');
  await store.close();
  const root = open({ path: folder, noSubdir: false, overlappingSync: false });
  const database = root.openDB(name, { encoding: 'binary', keyEncoding: 'binary' });
  for (const { key, value } of [...database.getRange()]) await database.put(key, spoil(key, value));
  await root.close();
  return storeIn(t, folder, () => never + 1);
}

t.test(
  'a number is committed once, after those below it, only if it was given, and a receipt only with a message',
  async (t) => {
    const store = await storeIn(t, await tempFolder(t));
    const one = mailbox(1);
    await t.rejects(store.commit([settlement(one, 1n, 'x')]), /only numbers that were given are committed/);
    const [first, second, third] = await store.assignSeqs([one, one, one]);
    await store.commit([settlement(one, second!, 'second')]);
    for (const seq of [first!, second!]) {
      await t.rejects(
        store.commit([settlement(one, seq, 'again')]),
        /in the order in which they were given, each once/,
      );
    }
    const withoutMessage = { mailbox: one, seq: third!, receipt };
    await t.rejects(store.commit([withoutMessage]), /a receipt belongs to a message that is stored/);
    await store.commit([settlement(one, third!, 'third')]);
    const found = await store.fetch(one, all);
    t.strictSame(
      found.map(({ payload }) => `${Buffer.from(payload)}`),
      ['second', 'third'],
    );
  },
);

t.test('keys and records have their widths', async (t) => {
  const { recipientKey, channelId } = mailbox(1);
  t.throws(() => mailboxKey({ recipientKey: Buffer.alloc(33), channelId }), /the key of a recipient has 32 bytes/);
  t.throws(() => messageKey({ recipientKey, channelId: Buffer.alloc(17) }, 1n), /the id of a channel has 16 bytes/);
  const message = { payload: Buffer.alloc(1), storedAt: 1, expiresAt: 2, senderIdentity: Buffer.alloc(31) };
  t.throws(() => encodeMessage(message), /the key of a sender has 32 bytes/);
  const store = await storeIn(t, await tempFolder(t));
  const open = async (key: number, id: number) =>
    store.openChannel(Buffer.alloc(key), Buffer.alloc(32, 1), Buffer.alloc(id));
  await t.rejects(open(31, 16), /a channel joins two keys of 32 bytes/);
  await t.rejects(open(32, 15), /a channel is given an id of 16 bytes/);
});

t.test('no mailbox holds less than nothing', async (t) => {
  for (const [messages, bytes] of [
    [-1, 0],
    [0, -1],
    [Number.NaN, 0],
  ] as const) {
    t.throws(() => encodeMailbox({ last: 1n, messages, bytes }), /a mailbox holds no less than nothing/);
  }
});

t.test('a record that is too short, too long or makes no sense is damage, and no shorter answer', async (t) => {
  const mailboxRecord = encodeMailbox({ last: 1n, messages: 1, bytes: 1 });
  for (const record of [mailboxRecord.subarray(1), Buffer.concat([mailboxRecord, Buffer.of(0)]), Buffer.alloc(24, 255)])
    t.throws(() => decodeMailbox(record), damaged);
  const message = { payload: Buffer.alloc(0), storedAt: 1, expiresAt: 2 };
  const long = encodeMessage({ ...message, senderIdentity: Buffer.alloc(32), admittedWithout: ['guard'] });
  for (let length = 0; length < long.length; length++)
    t.throws(() => decodeMessage(long.subarray(0, length)), damaged, `${length} bytes`);
});

t.test('a message that is damaged fails its mailbox alone', async (t) => {
  const store = await spoilt(t, 'messages', () => Buffer.of(9));
  await t.rejects(store.fetch(mailbox(1), all), damaged);
  await t.rejects(store.remove(mailbox(1), 1n), damaged);
  await add(store, mailbox(2), 'two');
  await store.removeExpired();
  const [seq] = await store.assignSeqs([mailbox(2)]);
  t.equal(seq, 2n);
});

t.test('a mailbox whose count is damaged says so, and is not counted below nothing', async (t) => {
  const empty = encodeMailbox({ last: 1n, messages: 0, bytes: 0 });
  const store = await spoilt(t, 'mailboxes', () => empty);
  await t.rejects(store.remove(mailbox(1), 1n), /holds less than its messages/);
  const shorter = await spoilt(t, 'mailboxes', (_, value) => value.subarray(1));
  await t.rejects(shorter.assignSeqs([mailbox(1)]), damaged);
  t.strictSame(await shorter.assignSeqs([mailbox(2)]), [1n]);
});
