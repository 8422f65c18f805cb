// What a process does to a store before it is killed, and what must be seen of it afterwards.

import assert from 'node:assert/strict';
import type { Store } from '@gatehouse/server';
import { add, admit, admitOne, mailbox, never, nextNumber, retriable, textsIn } from './small-messages.js';

export interface Deed {
  /** What is done before, by a process that ends in good order. */
  readonly prepares?: (store: Store) => Promise<unknown>;
  readonly does: (store: Store) => Promise<unknown>;
  /** Throws unless the store shows that it was done. */
  readonly isSeen: (store: Store) => Promise<void>;
}

const [key, peer, token, id] = [1, 2, 3, 4].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer, Buffer, Buffer];
const channelId = id.subarray(0, 16);
const user = { username: 'alice', identityKey: key, registrationRecord: 'record' };
const session = { username: 'alice', identityKey: key, openedAt: 1, expiresAt: 5_000 };

export const deeds = {
  'store a message with its key': {
    does: (store) => admit(store, [retriable(mailbox(1), 'kept')]),
    isSeen: async (store) => {
      assert.deepEqual(await textsIn(store, mailbox(1)), ['kept']);
      const { outcome } = await admitOne(store, retriable(mailbox(1), 'kept'));
      assert.equal(outcome, 'repeated', 'the key is known');
    },
  },
  'refuse a message': {
    prepares: (store) => add(store, mailbox(1), 'before'),
    does: (store) => nextNumber(store, mailbox(1)),
    isSeen: async (store) => {
      const next = await nextNumber(store, mailbox(1));
      assert.ok(next > 2n, `the number ${next} is above the gap`);
    },
  },
  'acknowledge messages': {
    prepares: (store) => add(store, mailbox(1), 'acknowledged', 'kept'),
    does: (store) => store.acknowledge(mailbox(1), 1n),
    isSeen: async (store) => assert.deepEqual(await textsIn(store, mailbox(1)), ['kept']),
  },
  'add a user': {
    does: (store) => store.addUser(user),
    isSeen: async (store) => assert.ok(await store.user('alice'), 'the user is found'),
  },
  'add a session': {
    does: (store) => store.addSession(token, session),
    isSeen: async (store) => assert.ok(await store.session(token), 'the session is found'),
  },
  'renew a session': {
    prepares: (store) => store.addSession(token, session),
    does: (store) => store.renewSession(token, never),
    isSeen: async (store) => assert.equal((await store.session(token))?.expiresAt, never),
  },
  'remove a session': {
    prepares: (store) => store.addSession(token, session),
    does: (store) => store.removeSession(token),
    isSeen: async (store) => assert.equal(await store.session(token), undefined),
  },
  'open a channel': {
    does: (store) => store.openChannel(key, peer, channelId),
    isSeen: async (store) => assert.ok(await store.channel(channelId), 'the channel is found'),
  },
} as const satisfies Record<string, Deed>;

export type DeedName = keyof typeof deeds;
