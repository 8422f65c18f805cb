// Two identities have one channel, whoever of them opens it and how often.

import assert from 'node:assert/strict';
import type { Channel } from '@gatehouse/server';
import type { Promises } from '../promise.js';
import { times } from '../small-messages.js';

const key = (byte: number) => Buffer.alloc(32, byte);
const id = (byte: number) => Buffer.alloc(16, byte);
const plain = (channel: Channel | undefined) =>
  channel && { id: channel.id[0], members: channel.members.map(([byte]) => byte) };

export const channels = {
  'a channel is found by its id, with its members in byte order': async (place) => {
    const store = await place.open();
    await store.openChannel(key(2), key(1), id(7));
    await store.openChannel(key(2), key(3), id(8));
    for await (const opened of place.nowAndReopened()) {
      assert.deepEqual(plain(await opened.channel(id(7))), { id: 7, members: [1, 2] });
      assert.deepEqual(plain(await opened.channel(id(8))), { id: 8, members: [2, 3] });
      assert.equal(await opened.channel(id(9)), undefined);
    }
  },

  'a pair never gets two channels, in whatever order and however many ask at once': async (place) => {
    const store = await place.open();
    const ask = (i: number) =>
      i % 2 === 0 ? store.openChannel(key(1), key(2), id(i)) : store.openChannel(key(2), key(1), id(i));
    const opened = await Promise.all(times(10, ask));
    const ids = new Set(opened.map(({ channel }) => channel.id[0]!));
    assert.equal(ids.size, 1, `${ids.size} channels`);
    assert.equal(opened.filter(({ wasNew }) => wasNew).length, 1, 'it is new once');
    const [own] = ids;
    for (const i of times(10, (i) => i)) assert.equal((await store.channel(id(i))) !== undefined, i === own, `id ${i}`);
    const again = await (await place.open()).openChannel(key(2), key(1), id(99));
    assert.deepEqual([again.wasNew, plain(again.channel)], [false, { id: own, members: [1, 2] }]);
  },
} satisfies Promises;
