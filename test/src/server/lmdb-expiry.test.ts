// What the embedded store forgets, and when: messages, their receipts, and the room that they took.

import t from 'tap';
import { tempFolder } from '../support/temp-folder.js';
import { add, all, mailbox, settlement, storeIn } from './small-store.js';

t.test('expired messages are not fetched, and are removed to the last without a number coming again', async (t) => {
  let now = 1_000;
  const folder = await tempFolder(t);
  const store = await storeIn(t, folder, () => now);
  const count = 350;
  const seqs = await store.assignSeqs(Array.from({ length: count }, () => mailbox(1)));
  await store.commit(seqs.map((seq) => settlement(mailbox(1), seq, 'x', 2_000 + Number(seq % 2n))));
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
    return (await store.commit([settlement(mailbox(1), seq!, text, expiresAt)], limit))[0];
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
  t.strictSame([await put('1234567'), await put('123'), await put('12')], ['stored', 'full', 'stored'], 'by bytes');
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
  t.strictSame(await first.commit(wanted, limit), ['stored', 'full']);
  await first.close();
  const store = await storeIn(t, folder, () => now);
  t.match(await store.receipt(receipt.id), { seq: 1n, expiresAt: 2_000 });
  t.equal(await store.receipt(Buffer.from('other')), undefined, 'what was not stored leaves none');
  now = 2_000;
  t.equal(await store.receipt(receipt.id), undefined);
  const [next] = await store.assignSeqs([mailbox(2)]);
  await store.commit([{ ...settlement(mailbox(2), next!, 'z'), receipt: { ...receipt, expiresAt: 3_000 } }]);
  t.equal(await store.removeExpired(), 1, 'the old one');
  t.match(await store.receipt(receipt.id), { expiresAt: 3_000 }, 'and not the new one in its place');
});

t.test('what was acknowledged before its time has nothing left that could expire', async (t) => {
  let now = 1_000;
  const store = await storeIn(t, await tempFolder(t), () => now);
  const [seq] = await store.assignSeqs([mailbox(1)]);
  await store.commit([settlement(mailbox(1), seq!, 'x', 2_000)]);
  await store.remove(mailbox(1), seq!);
  await add(store, mailbox(1), 'y');
  now = 2_000;
  const limit = { messages: 1, bytes: 10 };
  t.equal(await store.mayHaveRoom(mailbox(1), 1, limit), false, 'nothing that could make room');
  t.equal(await store.removeExpired(), 0);
});
