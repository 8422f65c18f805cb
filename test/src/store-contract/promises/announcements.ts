// Listeners are called for every mailbox that gets a message.

import assert from 'node:assert/strict';
import type { Mailbox } from '@gatehouse/server';
import { offerOf } from '../../support/admit-all.js';
import type { Promises } from '../promise.js';
import { add, admit, admitOne, mailbox, refuseAll, textsIn, times } from '../small-messages.js';

export const announcements = {
  'every mailbox that gets a message is announced, once the message can be fetched': async (place) => {
    const store = await place.open();
    const heard = new Set<number>();
    const early: number[] = [];
    const looking: Promise<void>[] = [];
    let heardAll = () => {};
    const all = new Promise<void>((resolve) => {
      heardAll = resolve;
    });
    const look = async ({ channelId: [byte] }: Mailbox) => {
      if ((await textsIn(store, mailbox(byte!))).length === 0) early.push(byte!);
      heard.add(byte!);
      if (heard.size === 12) heardAll();
    };
    store.subscribe((told) => looking.push(look(told)));
    const boxes = times(10, (i) => mailbox(i));
    await admit(
      store,
      boxes.map((box) => offerOf(box, 'x')),
    );
    await Promise.all([add(store, mailbox(10), 'x', 'y'), add(store, mailbox(11), 'x')]);
    await all;
    await Promise.all(looking);
    assert.deepEqual(early, [], 'announced before there was a message to fetch');
  },

  'no refused message is announced, nor one without room, and nothing after the subscription ends': async (place) => {
    const store = await place.open();
    const heard: number[] = [];
    const ended: number[] = [];
    const heardLast = new Promise<void>((resolve) => {
      store.subscribe(({ channelId: [byte] }) => {
        heard.push(byte!);
        if (byte === 9) resolve();
      });
    });
    store.subscribe(({ channelId: [byte] }) => ended.push(byte!))();
    await admitOne(store, offerOf(mailbox(1), 'refused'), { decide: refuseAll });
    await admitOne(store, offerOf(mailbox(2), 'full'), { limit: { messages: 0, bytes: 0 } });
    await add(store, mailbox(9), 'x');
    await heardLast;
    assert.deepEqual([heard, ended], [[9], []]);
  },
} satisfies Promises;
