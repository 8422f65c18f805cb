// What is answered is on disk: it outlives the process, however that ends.

import assert from 'node:assert/strict';
import { type Deed, type DeedName, deeds } from '../deeds.js';
import type { Place } from '../place.js';
import type { Promises } from '../promise.js';
import { all, mailbox, textOf } from '../small-messages.js';

export const durability = {
  'messages, receipts and gaps are there after a kill that follows right after the answer': (place) =>
    outlives(place, 'commit a message with its receipt', 'commit a gap'),

  'what was removed stays removed after a kill that follows right after the answer': (place) =>
    outlives(place, 'remove messages'),

  'users, sessions and channels are there after a kill that follows right after the answer': (place) =>
    outlives(place, 'add a user', 'add a session', 'renew a session', 'remove a session', 'open a channel'),

  'a kill in the middle of writing leaves each commit whole or absent': async (place) => {
    const answered = await place.killedWhileWriting(61);
    const store = await place.open();
    const [ones, twos] = [await store.fetch(mailbox(1), all), await store.fetch(mailbox(2), all)];
    assert.deepEqual(ones.map(textOf), twos.map(textOf), 'both messages of a commit, or none');
    assert.ok(ones.length >= answered, `${answered} answered, ${ones.length} found`);
    for (const [i, messages] of [ones, twos].entries()) {
      for (const message of messages) {
        const receipt = await store.receipt(Buffer.from(`${i} ${textOf(message)}`));
        assert.equal(receipt?.seq, message.seq, 'the receipt of a message that is stored');
      }
      assert.equal(await store.receipt(Buffer.from(`${i} ${messages.length}`)), undefined, 'no other receipt');
      const [next] = await store.assignSeqs([mailbox(i + 1)]);
      assert.ok(next! > messages.at(-1)!.seq, 'the next number is higher');
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
