// A store in a folder of its own, and what is put into it.

import { type Mailbox, openLmdbStore, type Settlement, type Store } from '@gatehouse/server';
import type { Test } from 'tap';

export const mailbox = (byte: number): Mailbox => ({
  recipientKey: Buffer.alloc(32, byte),
  channelId: Buffer.alloc(16, byte),
});

/** All messages of a mailbox, for `fetch`. */
export const all = { after: 0n, limit: 1_000, maxBytes: 1e9 };

/** Far from now, and from whatever the clock says. */
export const never = 2 ** 45;
const noLimit = { messages: 1e9, bytes: 1e12 };

export type SmallStore = Omit<Store, 'commit'> & { commit: Commit };
type Commit = (settlements: readonly Settlement[], limit?: typeof noLimit) => ReturnType<Store['commit']>;

/** A store whose clock says what it is told, and in which mailboxes have no limit unless one is given. */
export async function storeIn(t: Test, folder: string, now?: () => number): Promise<SmallStore> {
  const store = await openLmdbStore(folder, now && { now });
  let closed = false;
  const close = async () => {
    if (!closed) await store.close();
    closed = true;
  };
  t.teardown(close);
  return { ...store, close, commit: (settlements, limit = noLimit) => store.commit(settlements, limit) };
}

const messageOf = (text: string, expiresAt = never) => ({ payload: Buffer.from(text), storedAt: 1_000, expiresAt });

export const settlement = (to: Mailbox, seq: bigint, text: string, expiresAt?: number): Settlement => ({
  mailbox: to,
  seq,
  message: messageOf(text, expiresAt),
});

export async function add(store: SmallStore, to: Mailbox, ...texts: string[]): Promise<readonly bigint[]> {
  const seqs = await store.assignSeqs(texts.map(() => to));
  await store.commit(texts.map((text, i) => settlement(to, seqs[i]!, text)));
  return seqs;
}
