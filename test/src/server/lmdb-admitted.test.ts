// What the embedded store knows of messages that passed the gate without a verdict of some plugin.

import type { Mailbox } from '@gatehouse/server';
import t from 'tap';
import { tempFolder } from '../support/temp-folder.js';
import { all, mailbox, never, type SmallStore, storeIn } from './small-store.js';

/** Stores messages that passed without these plugins: none, one or several. */
async function admit(store: SmallStore, to: Mailbox, ...without: readonly (readonly string[])[]): Promise<void> {
  const seqs = await store.assignSeqs(without.map(() => to));
  await store.commit(
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
