// The embedded store: what it promises to keep, and in which order.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Mailbox, openLmdbStore, type Settlement, type Store } from '@gatehouse/server';
import t, { type Test } from 'tap';
import { tempFolder } from '../host/temp-folder.js';

const mailbox = (byte: number): Mailbox => ({
  recipientKey: Buffer.alloc(32, byte),
  channelId: Buffer.alloc(16, byte),
});
const all = { after: 0n, limit: 1_000, maxBytes: 1e9 };

/** Far from now, and from whatever the clock says. */
const never = 2 ** 45;
const noLimit = { messages: 1e9, bytes: 1e12 };

/** A store whose clock says what it is told, and in which mailboxes have no limit unless one is given. */
async function storeIn(t: Test, folder: string, now?: () => number): Promise<SmallStore> {
  const store = await openLmdbStore(folder, now && { now });
  let closed = false;
  const close = async () => {
    if (!closed) await store.close();
    closed = true;
  };
  t.teardown(close);
  return { ...store, close, settle: (settlements, limit = noLimit) => store.settle(settlements, limit) };
}

type SmallStore = Omit<Store, 'settle'> & { settle: Settle };
type Settle = (settlements: readonly Settlement[], limit?: typeof noLimit) => ReturnType<Store['settle']>;

const messageOf = (text: string, expiresAt = never) => ({ payload: Buffer.from(text), storedAt: 1_000, expiresAt });

async function add(store: SmallStore, to: Mailbox, ...texts: string[]): Promise<readonly bigint[]> {
  const seqs = await store.assignSeqs(texts.map(() => to));
  await store.settle(texts.map((text, i) => ({ mailbox: to, seq: seqs[i]!, message: messageOf(text) })));
  return seqs;
}

t.test('numbers rise in each mailbox on its own, also while earlier ones are being written', async (t) => {
  const store = await storeIn(t, await tempFolder(t));
  const [a, b] = [mailbox(1), mailbox(2)];
  t.strictSame(await store.assignSeqs([a, b, a]), [1n, 1n, 2n]);
  t.strictSame(await store.assignSeqs([a]), [3n]);
  await store.settle([1n, 2n, 3n].map((seq) => ({ mailbox: a, seq })));
  t.strictSame(await store.assignSeqs([a, b]), [4n, 2n]);
});

t.test('numbers that were settled are never given again, with a message or without', async (t) => {
  const folder = await tempFolder(t);
  const first = await storeIn(t, folder);
  await add(first, mailbox(1), 'one');
  const [seq] = await first.assignSeqs([mailbox(1)]);
  await first.settle([{ mailbox: mailbox(1), seq: seq! }]);
  await first.remove(mailbox(1), 2n);
  await first.close();
  t.strictSame(await (await storeIn(t, folder)).assignSeqs([mailbox(1)]), [3n]);
});

t.test('messages come in the order of their numbers, as they were put in', async (t) => {
  const store = await storeIn(t, await tempFolder(t));
  const senderIdentity = Buffer.alloc(32, 7);
  const payloads = Array.from({ length: 300 }, (_, i) => `${i}`);
  await add(store, mailbox(1), ...payloads);
  await add(store, mailbox(0), 'before');
  await add(store, mailbox(2), 'after');
  const [seq] = await store.assignSeqs([mailbox(1)]);
  const message = { payload: Buffer.from('signed'), senderIdentity, storedAt: 2_000, expiresAt: never };
  await store.settle([{ mailbox: mailbox(1), seq: seq!, message }]);
  const found = await store.fetch(mailbox(1), all);
  t.strictSame(
    found.map(({ payload }) => Buffer.from(payload).toString()),
    [...payloads, 'signed'],
  );
  t.match(found.at(-1), { seq: 301n, storedAt: 2_000 });
  t.ok(senderIdentity.equals(found.at(-1)!.senderIdentity!));
  t.notOk('senderIdentity' in found[0]!);
});

t.test('a large mailbox is removed to the last message', async (t) => {
  const store = await storeIn(t, await tempFolder(t));
  await add(store, mailbox(1), ...Array.from({ length: 2_500 }, () => 'x'));
  t.equal(await store.remove(mailbox(1), 2_499n), 2_499);
  t.match(await store.fetch(mailbox(1), all), [{ seq: 2_500n }]);
});

/** Stores messages that passed without these plugins: none, one or several. */
async function admit(store: SmallStore, to: Mailbox, ...without: readonly (readonly string[])[]): Promise<void> {
  const seqs = await store.assignSeqs(without.map(() => to));
  await store.settle(
    without.map((admittedWithout, i) => {
      const message = { payload: Buffer.from('x'), storedAt: 1_000 + i, expiresAt: never };
      return {
        mailbox: to,
        seq: seqs[i]!,
        message: admittedWithout.length === 0 ? message : { ...message, admittedWithout },
      };
    }),
  );
}

t.test('messages let through without a verdict are found again, also by plugin, until they are removed', async (t) => {
  const folder = await tempFolder(t);
  const first = await storeIn(t, folder);
  await admit(first, mailbox(1), [], ['guard'], [], ['guard', 'limiter']);
  await admit(first, mailbox(2), ['limiter']);
  await first.close();
  const store = await storeIn(t, folder);
  const found = async (plugin?: string) => {
    const { messages, next } = await store.admittedWithout({ limit: 100, ...(plugin !== undefined && { plugin }) });
    t.equal(next, undefined);
    return messages.map(({ mailbox, seq, storedAt }) => `${mailbox.channelId[0]} ${seq} ${storedAt}`);
  };
  t.strictSame(await found(), ['1 2 1001', '1 4 1003', '2 1 1000']);
  t.strictSame(await found('guard'), ['1 2 1001', '1 4 1003']);
  t.strictSame(await found('limiter'), ['1 4 1003', '2 1 1000']);
  t.strictSame(await found('tracing'), []);
  t.match(await store.fetch(mailbox(1), { ...all, after: 3n }), [{ seq: 4n, admittedWithout: ['guard', 'limiter'] }]);
  await store.remove(mailbox(1), 3n);
  t.strictSame(await found(), ['1 4 1003', '2 1 1000']);
  await store.remove(mailbox(1), 4n);
  t.strictSame(await found(), ['2 1 1000']);
});

t.test('many of them come piece by piece, each once', async (t) => {
  const store = await storeIn(t, await tempFolder(t));
  const count = 2_345;
  await admit(store, mailbox(1), ...Array.from({ length: count }, (_, i) => [i % 100 === 0 ? 'rare' : 'usual']));
  for (const [plugin, wanted] of [
    [undefined, count],
    ['rare', 24],
  ] as const) {
    const seen: bigint[] = [];
    let after: string | undefined;
    do {
      const answer = await store.admittedWithout({ limit: 10, ...(plugin && { plugin }), ...(after && { after }) });
      seen.push(...answer.messages.map(({ seq }) => seq));
      after = answer.next;
    } while (after !== undefined);
    t.equal(seen.length, wanted);
    t.ok(seen.every((seq, i) => i === 0 || seq > seen[i - 1]!));
  }
});

t.test('subscribers hear of every mailbox that gets a message, once it can be read', async (t) => {
  const store = await storeIn(t, await tempFolder(t));
  const readable: Promise<number>[] = [];
  const end = store.subscribe((told) => readable.push(store.fetch(told, all).then(({ length }) => length)));
  await add(store, mailbox(1), 'one', 'two');
  t.strictSame(await Promise.all(readable), [2, 2]);
  const [seq] = await store.assignSeqs([mailbox(1)]);
  await store.settle([{ mailbox: mailbox(1), seq: seq! }]);
  end();
  await add(store, mailbox(1), 'three');
  t.equal(readable.length, 2, 'not of a gap, and not after the end');
});

t.test('of many sessions the expired ones are removed', async (t) => {
  const store = await storeIn(t, await tempFolder(t));
  const hash = (i: number) => Buffer.alloc(32, `${i} `);
  const session = { username: 'alice', identityKey: Buffer.alloc(32), openedAt: 0 };
  await Promise.all(
    Array.from({ length: 2_300 }, (_, i) => store.addSession(hash(i), { ...session, expiresAt: i % 2 })),
  );
  t.equal(await store.removeSessionsExpiredBy(0), 1_150);
  t.equal(await store.session(hash(0)), undefined);
  t.match(await store.session(hash(1)), { username: 'alice', expiresAt: 1 });
  t.equal(await store.removeSessionsOf(session.identityKey), 1_150, 'those of a user are found without the expired');
});

t.test('what was acknowledged is there after the process was killed', async (t) => {
  const folder = await tempFolder(t);
  const child = fork(fileURLToPath(new URL('./writes-until-killed.js', import.meta.url)), [folder], { execArgv: [] });
  let acknowledged = 0n;
  child.on('message', (seq) => {
    acknowledged = BigInt(seq as string);
    if (acknowledged >= 200n) child.kill('SIGKILL');
  });
  await once(child, 'exit');
  const store = await storeIn(t, folder);
  const found = await store.fetch(mailbox(1), all);
  t.strictSame(
    found.map(({ seq }) => seq),
    found.map((_, i) => BigInt(i + 1)),
  );
  t.ok(found.length >= Number(acknowledged), `${acknowledged} acknowledged, ${found.length} found`);
  t.strictSame(await store.assignSeqs([mailbox(1)]), [BigInt(found.length + 1)]);
});

const settlement = (to: Mailbox, seq: bigint, text: string, expiresAt?: number): Settlement => ({
  mailbox: to,
  seq,
  message: messageOf(text, expiresAt),
});

t.test('expired messages are not fetched, and are removed to the last without a number coming again', async (t) => {
  let now = 1_000;
  const folder = await tempFolder(t);
  const store = await storeIn(t, folder, () => now);
  const count = 350;
  const seqs = await store.assignSeqs(Array.from({ length: count }, () => mailbox(1)));
  await store.settle(seqs.map((seq) => settlement(mailbox(1), seq, 'x', 2_000 + Number(seq % 2n))));
  now = 2_000;
  t.equal(await store.removeExpired(), count / 2);
  t.equal((await store.fetch(mailbox(1), all)).length, count / 2);
  now = 2_001;
  t.strictSame(await store.fetch(mailbox(1), all), [], 'gone before they are removed');
  t.equal(await store.removeExpired(), count / 2);
  t.equal(await store.removeExpired(), 0);
  await store.close();
  t.strictSame(await (await storeIn(t, folder)).assignSeqs([mailbox(1)]), [BigInt(count + 1)]);
});

t.test('what expired or was acknowledged, or both at once, leaves just its room behind', async (t) => {
  let now = 1_000;
  const folder = await tempFolder(t);
  let store = await storeIn(t, folder, () => now);
  const limit = { messages: 3, bytes: 10 };
  const put = async (text: string, expiresAt?: number) => {
    const [seq] = await store.assignSeqs([mailbox(1)]);
    return (await store.settle([settlement(mailbox(1), seq!, text, expiresAt)], limit))[0];
  };
  t.strictSame([await put('a'), await put('b', 2_000), await put('c')], ['stored', 'stored', 'stored']);
  t.equal(await put('d'), 'full', 'by count');
  t.equal(await store.mayHaveRoom(mailbox(1), 1, limit), false);
  await store.close();
  store = await storeIn(t, folder, () => now);
  t.equal(await put('e'), 'full', 'also after a restart');
  now = 2_000;
  t.equal(await store.mayHaveRoom(mailbox(1), 1, limit), true);
  t.equal(await put('f'), 'stored', 'what has expired makes room at once');
  now = 3_000;
  const [acknowledged, again] = await Promise.all([
    store.remove(mailbox(1), 3n),
    store.remove(mailbox(1), 3n),
    store.removeExpired(),
  ]);
  t.equal(acknowledged + again, 2);
  t.strictSame([await put('1234567'), await put('12'), await put('123')], ['stored', 'stored', 'full'], 'by bytes');
  t.equal(await put(''), 'full', 'by count again');
  t.strictSame(
    (await store.fetch(mailbox(1), all)).map(({ payload }) => Buffer.from(payload).toString()),
    ['f', '1234567', '12'],
  );
});

t.test('a message and its receipt are written together, and a receipt is kept until its time', async (t) => {
  let now = 1_000;
  const folder = await tempFolder(t);
  const first = await storeIn(t, folder, () => now);
  const receipt = { id: Buffer.from('key'), fingerprint: Buffer.alloc(32, 5), expiresAt: 2_000 };
  const [seq, refused] = await first.assignSeqs([mailbox(1), mailbox(1)]);
  const limit = { messages: 1, bytes: 10 };
  const wanted = [
    { ...settlement(mailbox(1), seq!, 'x'), receipt },
    { ...settlement(mailbox(1), refused!, 'y'), receipt: { ...receipt, id: Buffer.from('other') } },
  ];
  t.strictSame(await first.settle(wanted, limit), ['stored', 'full']);
  await first.close();
  const store = await storeIn(t, folder, () => now);
  t.match(await store.receipt(receipt.id), { seq: 1n, expiresAt: 2_000 });
  t.equal(await store.receipt(Buffer.from('other')), undefined, 'what was not stored leaves none');
  now = 2_000;
  t.equal(await store.receipt(receipt.id), undefined);
  const [next] = await store.assignSeqs([mailbox(2)]);
  await store.settle([{ ...settlement(mailbox(2), next!, 'z'), receipt: { ...receipt, expiresAt: 3_000 } }]);
  t.equal(await store.removeExpired(), 1, 'the old one');
  t.match(await store.receipt(receipt.id), { expiresAt: 3_000 }, 'and not the new one in its place');
});
