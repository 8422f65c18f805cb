// The channels of the embedded store, by id and by their pair of members.

import { invariant } from '@gatehouse/support/invariant';
import type { Database, RootDatabase } from 'lmdb';
import type { Channel } from '../store.js';
import { checksumLength, seal, unsealed } from './checksum.js';
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
      if (existing) return { channel: channelOf(decodePart(pair, existing, idLength), pair), wasNew: false };
      const id = Buffer.from(proposedId);
      transaction.put(this.#pairs, pair, encodePart(pair, id));
      transaction.put(this.#channels, id, encodePart(id, pair));
      return { channel: channelOf(id, pair), wasNew: true };
    });
  }

  channel(id: Uint8Array): Channel | undefined {
    const key = Buffer.from(id);
    const record = this.#channels.get(key);
    return record && channelOf(key, decodePart(key, record, 2 * keyLength));
  }
}

function channelOf(id: Buffer, pair: Buffer): Channel {
  return { id, members: [pair.subarray(0, keyLength), pair.subarray(keyLength)] };
}

function encodePart(key: Buffer, part: Buffer): Buffer {
  return seal(key, Buffer.concat([part, Buffer.alloc(checksumLength)]));
}

/** The older form has no checksum. @throws StoreError when it is not the record under this key */
export function decodePart(key: Buffer, record: Buffer, length: number): Buffer {
  if (record.length === length) return record;
  if (record.length !== length + checksumLength) throw recordDamage('a channel of other widths');
  return unsealed(key, record, 'a channel');
}
