// Two identities have one channel, whoever of them opens it and how often.

import assert from 'node:assert/strict';
import type { Channel, ChannelQuota, OpenedChannel } from '@gatehouse/server';
import type { Promises } from '../promise.js';
import { times } from '../small-messages.js';

const dayMs = 86_400_000;
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
    const opened = (await Promise.all(times(10, ask))) as readonly OpenedChannel[];
    const ids = new Set(opened.map(({ channel }) => channel.id[0]!));
    assert.equal(ids.size, 1, `${ids.size} channels`);
    assert.equal(opened.filter(({ wasNew }) => wasNew).length, 1, 'it is new once');
    const [own] = ids;
    for (const i of times(10, (i) => i)) assert.equal((await store.channel(id(i))) !== undefined, i === own, `id ${i}`);
    const again = (await (await place.open()).openChannel(key(2), key(1), id(99))) as OpenedChannel;
    assert.deepEqual([again.wasNew, plain(again.channel)], [false, { id: own, members: [1, 2] }]);
  },

  'an account opens no more channels than its quota: in all, and within a day': async (place) => {
    let store = await place.open();
    const peers = { next: 10 };
    /** Opens channels with others, each once, and returns how many were new. */
    const open = async (by: number, count: number, quota: ChannelQuota) => {
      const each = times(count, () => store.openChannel(key(by), key(peers.next++), id(peers.next), quota));
      return (await Promise.all(each)).map((one) => ('refusedBy' in one ? one.refusedBy : 'opened'));
    };
    const several = (count: number, refused: number, by: string) => [
      ...times(count, () => 'opened'),
      ...times(refused, () => by),
    ];
    assert.deepEqual(await open(1, 5, { total: 3 }), several(3, 2, 'total'));
    assert.deepEqual(await open(2, 5, { total: 3 }), several(3, 2, 'total'), 'each account has its own');
    const known = await store.openChannel(key(1), key(10), id(99), { total: 3 });
    assert.equal('wasNew' in known && known.wasNew, false, 'one that is there is no new one');
    assert.deepEqual(await open(3, 3, { perDay: 2 }), several(2, 1, 'per-day'));
    store = await place.open();
    assert.deepEqual(await open(1, 1, { total: 3 }), ['total'], 'also after a reopening');
    place.now += dayMs - 1;
    assert.deepEqual(await open(3, 1, { perDay: 2 }), ['per-day']);
    const refused = await store.openChannel(key(3), key(1), id(98), { perDay: 2 });
    assert.deepEqual(refused, { refusedBy: 'per-day', retryAfterMs: 1 });
    assert.equal(await store.channel(id(98)), undefined, 'nothing is left of one that was refused');
    place.now += 1;
    assert.deepEqual(await open(3, 3, { perDay: 2 }), several(2, 1, 'per-day'), 'a new day');
    assert.deepEqual(await open(3, 1, {}), ['opened'], 'no quota');
  },
} satisfies Promises;
