// Mailboxes that are damaged: who finds out, what is refused, and what is still served.

import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openLmdbStore } from '@gatehouse/server';
import { checkLmdbStore } from '@gatehouse/server/internal/store/lmdb/check/run-check';
import { emptyMailbox, encodeMailbox } from '@gatehouse/server/internal/store/lmdb/mailbox-record';
import { mailboxKey, messageIn } from '@gatehouse/server/internal/store/mailbox-key';
import t, { type Test } from 'tap';
import { add, all, mailbox, never, noLimit, textsIn, times } from '../store-contract/small-messages.js';
import { admitAll, letIn, offerOf } from '../support/admit-all.js';
import { newPair, payload, post } from '../support/client.js';
import { smallServer } from '../support/small-server.js';
import { tempFolder } from '../support/temp-folder.js';

/** The server’s own: the tests have none. */
const { open } = createRequire(import.meta.resolve('@gatehouse/server'))('lmdb');
const checkBytesMax = 2 ** 30;
const isDamage = { failure: 'damaged', message: /damaged/ };
const damagedMailbox = 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE/AQEBAQEBAQEBAQEBAQEBAQ';

/** A closed store in which mailboxes 1 to 3 have a message each. */
async function filled(t: Test): Promise<string> {
  const folder = await tempFolder(t);
  const store = await openLmdbStore(folder);
  for (const byte of [1, 2, 3]) await add(store, mailbox(byte), `message ${byte}`);
  await store.close();
  return folder;
}

async function put(folder: string, name: string, key: Buffer, value: Buffer): Promise<Buffer> {
  const root = open({ path: folder, noSubdir: false, overlappingSync: false });
  const database = root.openDB(name, { encoding: 'binary', keyEncoding: 'binary' });
  const before = Buffer.from(database.get(key));
  await database.put(key, value);
  await root.close();
  return before;
}

/** Makes it look as if its server had not closed it. */
async function leaveOpen(folder: string): Promise<void> {
  await writeFile(join(folder, 'beat'), JSON.stringify({ pid: 2 ** 22, started: '1' }));
}

async function opened(t: Test, folder: string, max = checkBytesMax) {
  const notes: string[] = [];
  const store = await openLmdbStore(folder, { checkBytesMax: max, onNote: (note) => notes.push(note) });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= store.close();
    return closing;
  };
  t.teardown(close);
  return { store, notes, close };
}

type Opened = Awaited<ReturnType<typeof opened>>['store'];

async function isRefused(t: Test, store: Opened): Promise<void> {
  const one = mailbox(1);
  await t.rejects(store.fetch(one, all), isDamage);
  await t.rejects(admitAll(store, [offerOf(one, 'x')]), isDamage);
  await t.rejects(store.cursor(one), isDamage);
  await t.rejects(store.acknowledge(one, 1n), isDamage);
}

async function othersAreServed(t: Test, store: Opened): Promise<void> {
  for (const byte of [2, 3]) t.strictSame((await textsIn(store, mailbox(byte)))[0], `message ${byte}`);
  await add(store, mailbox(2), 'another');
  t.equal(await store.removeExpired(), 0);
}

t.test('a mailbox whose damage is met is refused from then on, and over restarts until it is mended', async (t) => {
  const folder = await filled(t);
  const key = messageIn(mailboxKey(mailbox(1)), 1n);
  const before = await put(folder, 'messages', key, Buffer.of(9));
  const first = await opened(t, folder);
  t.equal(first.store.damaged.description, undefined);
  await isRefused(t, first.store);
  t.match(first.notes, [
    new RegExp(`^the mailbox ${damagedMailbox} is damaged, and served no more: a record of the store`),
  ]);
  t.equal(first.notes.length, 1, 'logged once');
  t.match(first.store.damaged.description, new RegExp(`^damaged: mailbox ${damagedMailbox}; `));
  await othersAreServed(t, first.store);
  await first.close();

  const unchecked = await opened(t, folder, 0);
  await isRefused(t, unchecked.store);
  await othersAreServed(t, unchecked.store);
  await unchecked.close();

  await put(folder, 'messages', key, before);
  const mended = await opened(t, folder);
  t.match(mended.notes, [/^reading through the store \(\d MB\), because it has damaged mailboxes$/]);
  t.strictSame(await textsIn(mended.store, mailbox(1)), ['message 1']);
  t.equal(mended.store.damaged.description, undefined);
});

t.test('several mailboxes at once find out which of them is damaged', async (t) => {
  const folder = await filled(t);
  await put(folder, 'mailboxes', mailboxKey(mailbox(1)), Buffer.of(1));
  const { store, notes } = await opened(t, folder);
  const { outcomes } = store.admit([offerOf(mailbox(2), 'x'), offerOf(mailbox(1), 'x')], noLimit, letIn);
  t.match(await Promise.allSettled(outcomes), [{ status: 'fulfilled' }, { status: 'rejected', reason: isDamage }]);
  t.equal(notes.length, 1);
  await isRefused(t, store);
  await othersAreServed(t, store);
});

t.test(
  'clients of a damaged mailbox get 503 for sending, fetching and acknowledging, and others are served',
  async (t) => {
    const folder = await tempFolder(t);
    const first = await smallServer(t, { folder });
    const { alice, bob, channelId } = await newPair(first.url);
    const send = (url: string, token: string) => post(url, 'enqueue', { channelId, payload: payload('hello') }, token);
    t.equal((await send(first.url, alice.token)).status, 200);
    t.equal((await send(first.url, bob.token)).status, 200);
    await first.close();
    const bobs = messageIn(mailboxKey({ recipientKey: bob.bytes, channelId: Buffer.from(channelId, 'base64url') }), 1n);
    await put(folder, 'messages', bobs, Buffer.of(9));
    const { url } = await smallServer(t, { folder });
    const range = { channelId, after: '0', limit: 10 };
    const unavailable = { status: 503, body: { code: 'STORAGE_UNAVAILABLE' } };
    t.match(await post(url, 'fetch', range, bob.token), unavailable);
    t.match(await post(url, 'ack', { channelId, upTo: '1' }, bob.token), unavailable);
    t.match(await send(url, alice.token), unavailable);
    t.equal((await post(url, 'fetch', range, alice.token)).status, 200);
    t.equal((await send(url, bob.token)).status, 200);
  },
);

for (const [what, name, key, value] of [
  ['message is damaged', 'messages', messageIn(mailboxKey(mailbox(1)), 1n), Buffer.of(9)],
  ['record is damaged', 'mailboxes', mailboxKey(mailbox(1)), Buffer.of(9)],
  [
    'record tells of more messages',
    'mailboxes',
    mailboxKey(mailbox(1)),
    encodeMailbox(mailboxKey(mailbox(1)), { ...emptyMailbox, last: 1n, messages: 2, bytes: 18, added: 2 }),
  ],
] as const) {
  t.test(`a store that was left open is read through, and a mailbox refused whose ${what}`, async (t) => {
    const folder = await filled(t);
    await put(folder, name, key, value);
    await leaveOpen(folder);
    const { store, notes } = await opened(t, folder);
    t.match(notes, [/^reading through the store \(\d MB\), because it was not closed$/, /: 1 are known$/]);
    await isRefused(t, store);
    await othersAreServed(t, store);
  });
}

t.test('a store that was closed, or is larger than is to be read through, is opened at once', async (t) => {
  const folder = await filled(t);
  t.strictSame((await opened(t, folder)).notes, []);
});

t.test('a larger store that was left open is opened as it is, and the log says so', async (t) => {
  const folder = await filled(t);
  await leaveOpen(folder);
  t.match((await opened(t, folder, 1_000)).notes, [
    /^the store is not read through, although it was not closed: it has \d MB$/,
  ]);
});

t.test('damage above the mailboxes is refused, with its place and what to do', async (t) => {
  const folder = await filled(t);
  const root = open({ path: folder, noSubdir: false, overlappingSync: false });
  await root.openDB('expiries', { encoding: 'binary', keyEncoding: 'binary' }).put(Buffer.from('time'), Buffer.of(1));
  await root.close();
  await leaveOpen(folder);
  const message = /is damaged \(the database expiries: a record does not look like one\): put a backup in its place$/;
  await t.rejects(openLmdbStore(folder, { checkBytesMax }), { failure: 'damaged', message });
});

t.test('a store is read through while its server writes to it, and nothing is taken for damage', async (t) => {
  const { store } = await opened(t, await tempFolder(t));
  const folder = await filled(t);
  const busy = await opened(t, folder);
  let isOver = false;
  const writing = (async () => {
    while (!isOver) {
      await Promise.all(times(20, (i) => add(busy.store, mailbox(i), 'x'.repeat(2_000), 'y'.repeat(9_000))));
      await Promise.all(times(20, (i) => busy.store.acknowledge(mailbox(i), BigInt(never))));
    }
  })();
  t.match(await checkLmdbStore(folder), { faults: [], damaged: [] });
  t.match(await checkLmdbStore(folder), { faults: [], damaged: [] });
  isOver = true;
  await writing;
  t.equal(store.damaged.description, undefined);
});
