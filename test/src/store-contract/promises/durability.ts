// What is answered is on disk: it outlives the process, however that ends.

import assert from 'node:assert/strict';
import { type Deed, type DeedName, deeds } from '../deeds.js';
import type { Place } from '../place.js';
import type { Promises } from '../promise.js';
import { admitOne, all, mailbox, numberOf, retriable, textOf } from '../small-messages.js';

export const durability = {
  'messages, keys and gaps are there after a kill that follows right after the answer': (place) =>
    outlives(place, 'store a message with its key', 'refuse a message'),

  'what was acknowledged stays so after a kill that follows right after the answer': (place) =>
    outlives(place, 'acknowledge messages'),

  'users, sessions and channels are there after a kill that follows right after the answer': (place) =>
    outlives(place, 'add a user', 'add a session', 'renew a session', 'remove a session', 'open a channel'),

  'a kill in the middle of writing leaves each batch whole or absent': async (place) => {
    const answered = await place.killedWhileWriting(61);
    const store = await place.open();
    const [ones, twos] = [await store.fetch(mailbox(1), all), await store.fetch(mailbox(2), all)];
    assert.deepEqual(ones.map(textOf), twos.map(textOf), 'both messages of a batch, or none');
    assert.ok(ones.length >= answered, `${answered} answered, ${ones.length} found`);
    for (const [i, messages] of [ones, twos].entries()) {
      const again = (text: string) => admitOne(store, retriable(mailbox(i + 1), text));
      for (const { seq, ...message } of messages)
        assert.deepEqual(await again(textOf(message)), { outcome: 'repeated', seq }, 'a stored message has its key');
      const next = numberOf(await again(`${messages.length}`));
      assert.ok(next > messages.at(-1)!.seq, 'the next message has no key yet, and a higher number');
    }
  },
} satisfies Promises;

async function outlives(place: Place, ...names: readonly DeedName[]): Promise<void> {
  const ended = await Promise.allSettled(names.map((name) => outlivesOne(place.part(name), name)));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

async function outlivesOne(place: Place, name: DeedName): Promise<void> {
  const deed: Deed = deeds[name];
  if (deed.prepares) await deed.prepares(await place.open());
  await place.close();
  await place.killedAfter(name);
  await deed.isSeen(await place.open());
}
