// A process that opens a store that may be damaged, uses all of it, and reports what it answered. It may crash.

import type { Store } from '@gatehouse/server';
// Not all of the server, which takes a second to load.
import { openLmdbStore } from '@gatehouse/server/internal/store/lmdb/lmdb-store';
import { acknowledged, addTo, knownChannels, knownMailboxes, knownUsers, lastSeq, payloadOf } from './known-store.js';

export interface Answers {
  /** The error of opening it. */
  readonly refused?: string;
  /** Mailboxes that were refused as damaged. */
  readonly damaged: readonly number[];
  /** Mailboxes of which messages were missing, or came where there are none, without an error. */
  readonly short: readonly number[];
  /** Mailboxes with a message whose payload differs. */
  readonly altered: readonly number[];
  /** Other errors. */
  readonly errors: readonly string[];
}

const [, , folder = '', checkBytesMax = ''] = process.argv;
const damaged = new Set<number>();
const short = new Set<number>();
const altered = new Set<number>();
const errors: string[] = [];

/** Uses a mailbox, unless it was refused before. */
async function use(index: number, act: () => Promise<void>): Promise<void> {
  if (damaged.has(index)) return;
  try {
    await act();
  } catch (error) {
    if ((error as { failure?: string }).failure === 'damaged') damaged.add(index);
    else errors.push(String(error));
  }
}

async function expect(store: Store, index: number, from: bigint, to: bigint): Promise<void> {
  let next = from + 1n;
  for (;;) {
    const found = await store.fetch(knownMailboxes[index]!, { after: next - 1n, limit: 5, maxBytes: 1e9 });
    for (const { seq, payload } of found) {
      if (seq !== next) short.add(index);
      else if (!payloadOf(index, seq).equals(payload)) altered.add(index);
      next = seq + 1n;
    }
    if (found.length === 0) break;
  }
  if (next !== to + 1n) short.add(index);
}

async function useAccounts(store: Store): Promise<void> {
  for (const { username, identityKey, registrationRecord } of knownUsers) {
    const found = await store.user(username);
    if (!found || !identityKey.equals(found.identityKey)) errors.push(`${username} is another`);
    else if (found.registrationRecord !== registrationRecord) altered.add(-1);
  }
  for (const { id, members } of knownChannels) {
    const found = await store.channel(id);
    if (!found?.members.every((member, i) => members[i]!.equals(member))) errors.push('a channel is another');
  }
}

async function useAll(store: Store): Promise<void> {
  const indexes = [...knownMailboxes.keys()];
  await useAccounts(store).catch((error) => errors.push(String(error)));
  const each = async (act: (index: number) => Promise<void>) => {
    // All at once, so that they share a few flushes.
    await Promise.all(indexes.map((index) => use(index, () => act(index))));
  };
  await each((index) => expect(store, index, acknowledged(index), lastSeq));
  await each((index) => addTo(store, [index], lastSeq + 1n));
  await each((index) => addTo(store, [index], lastSeq + 2n));
  await each((index) => expect(store, index, acknowledged(index), lastSeq + 2n));
  // Empties pages, which are joined with their neighbours.
  await each(async (index) => void (await store.acknowledge(knownMailboxes[index]!, lastSeq)));
  await each((index) => expect(store, index, lastSeq, lastSeq + 2n));
  await store.removeExpired().catch((error) => errors.push(String(error)));
  await each(async (index) => void (await store.acknowledge(knownMailboxes[index]!, lastSeq + 1n)));
  await each((index) => expect(store, index, lastSeq + 1n, lastSeq + 2n));
}

function report(answers: Partial<Answers>): void {
  const all = { damaged: [...damaged], short: [...short], altered: [...altered], errors, ...answers };
  process.send!(all satisfies Answers, () => process.exit(0));
}

try {
  const store = await openLmdbStore(folder, { checkBytesMax: Number(checkBytesMax) });
  await useAll(store);
  await store.close();
  report({});
} catch (error) {
  report({ refused: String(error) });
}
