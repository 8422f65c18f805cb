// The embedded store: what it promises to keep, and in which order.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { tempFolder } from '../support/temp-folder.js';
import { add, all, mailbox, never, settlement, storeIn } from './small-store.js';

t.test('numbers rise in each mailbox on its own, also while earlier ones are being written', async (t) => {
  const store = await storeIn(t, await tempFolder(t));
  const [a, b] = [mailbox(1), mailbox(2)];
  t.strictSame(await store.assignSeqs([a, b, a]), [1n, 1n, 2n]);
  t.strictSame(await store.assignSeqs([a]), [3n]);
  await store.commit([1n, 2n, 3n].map((seq) => ({ mailbox: a, seq })));
  t.strictSame(await store.assignSeqs([a, b]), [4n, 2n]);
});

t.test('numbers that were settled are never given again, with a message, without, or with one too many', async (t) => {
  const folder = await tempFolder(t);
  const first = await storeIn(t, folder);
  await add(first, mailbox(1), 'one');
  const [seq, tooMany] = await first.assignSeqs([mailbox(1), mailbox(1)]);
  await first.commit([{ mailbox: mailbox(1), seq: seq! }]);
  const full = await first.commit([settlement(mailbox(1), tooMany!, 'x')], { messages: 1, bytes: 10 });
  t.strictSame(full, ['full']);
  await first.remove(mailbox(1), 3n);
  await first.close();
  t.strictSame(await (await storeIn(t, folder)).assignSeqs([mailbox(1)]), [4n]);
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
  await store.commit([{ mailbox: mailbox(1), seq: seq!, message }]);
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

t.test('subscribers hear of every mailbox that gets a message, once it can be read', async (t) => {
  const store = await storeIn(t, await tempFolder(t));
  const readable: Promise<number>[] = [];
  const end = store.subscribe((told) => readable.push(store.fetch(told, all).then(({ length }) => length)));
  await add(store, mailbox(1), 'one', 'two');
  t.strictSame(await Promise.all(readable), [2, 2]);
  const [seq] = await store.assignSeqs([mailbox(1)]);
  await store.commit([{ mailbox: mailbox(1), seq: seq! }]);
  end();
  await add(store, mailbox(1), 'three');
  t.equal(readable.length, 2, 'not of a gap, and not after the end');
});

t.test('what was acknowledged is there after the process was killed', async (t) => {
  const folder = await tempFolder(t);
  const child = fork(fileURLToPath(new URL('./writes-until-killed.js', import.meta.url)), [folder], {
    execArgv: ['--conditions=gatehouse-internal'],
  });
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
