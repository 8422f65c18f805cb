// The channels of the embedded store, by id and by their pair of members.

import { invariant } from '@gatehouse/support/invariant';
import type { Database, RootDatabase } from 'lmdb';
import type { Channel } from '../store.js';
import { recordDamage } from './failure.js';
import type { GroupCommit } from './group-commit.js';

const keyLength = 32;
const idLength = 16;

export class LmdbChannels {
  readonly #commits: GroupCommit;
  /** Channel id → the two identity keys. */
  readonly #channels: Database<Buffer, Buffer>;
  /** The two identity keys → channel id. */
  readonly #pairs: Database<Buffer, Buffer>;

  constructor(root: RootDatabase, commits: GroupCommit) {
    this.#commits = commits;
    this.#channels = root.openDB('channels', { encoding: 'binary', keyEncoding: 'binary' });
    this.#pairs = root.openDB('pairs', { encoding: 'binary', keyEncoding: 'binary' });
  }

  openChannel(a: Uint8Array, b: Uint8Array, proposedId: Uint8Array): Promise<{ channel: Channel; wasNew: boolean }> {
    invariant(a.length === keyLength && b.length === keyLength, 'a channel joins two keys of 32 bytes');
    invariant(proposedId.length === idLength, 'a channel is given an id of 16 bytes');
    const pair = Buffer.concat([a, b].sort(Buffer.compare));
    return this.#commits.write((transaction) => {
      const existing = transaction.get(this.#pairs, pair);
      if (existing) return { channel: channelOf(existing, pair), wasNew: false };
      const id = Buffer.from(proposedId);
      transaction.put(this.#pairs, pair, id);
      transaction.put(this.#channels, id, pair);
      return { channel: channelOf(id, pair), wasNew: true };
    });
  }

  channel(id: Uint8Array): Channel | undefined {
    const pair = this.#channels.get(Buffer.from(id));
    return pair && channelOf(Buffer.from(id), pair);
  }
}

/** @throws StoreError when the record is not a channel */
function channelOf(id: Buffer, pair: Buffer): Channel {
  if (id.length !== idLength || pair.length !== 2 * keyLength) throw recordDamage('a channel of other widths');
  return { id, members: [pair.subarray(0, keyLength), pair.subarray(keyLength)] };
}
