// The channels of the embedded store, by id and by their pair of members.

import { invariant } from '@gatehouse/support/invariant';
import type { Database, RootDatabase } from 'lmdb';
import type { Channel, ChannelQuota, OpenedChannel, RefusedChannel } from '../store.js';
import { checksumLength, seal, unsealed } from './checksum.js';
import { recordDamage } from './failure.js';
import type { GroupCommit } from './group-commit.js';
import { decodeJson, encodeJson } from './text-record.js';
import type { Transaction } from './transaction.js';

const keyLength = 32;
const idLength = 16;
const dayMs = 24 * 3_600_000;

/** The channels that an account has opened: all, and those of a day that began with the first of them. */
interface Openings {
  readonly all: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly today: number;
}

const noOpenings: Openings = { all: 0, since: Number.NEGATIVE_INFINITY, today: 0 };

export class LmdbChannels {
  readonly #commits: GroupCommit;
  /** Channel id → the two identity keys. */
  readonly #channels: Database<Buffer, Buffer>;
  /** The two identity keys → channel id. */
  readonly #pairs: Database<Buffer, Buffer>;

  /** Identity key → the channels that it has opened. */
  readonly #openings: Database<Buffer, Buffer>;
  readonly #now: () => number;

  constructor(root: RootDatabase, commits: GroupCommit, now: () => number) {
    this.#commits = commits;
    this.#now = now;
    this.#openings = root.openDB('openings', { encoding: 'binary', keyEncoding: 'binary' });
    this.#channels = root.openDB('channels', { encoding: 'binary', keyEncoding: 'binary' });
    this.#pairs = root.openDB('pairs', { encoding: 'binary', keyEncoding: 'binary' });
  }

  openChannel(
    a: Uint8Array,
    b: Uint8Array,
    proposedId: Uint8Array,
    quota: ChannelQuota = {},
  ): Promise<OpenedChannel | RefusedChannel> {
    invariant(a.length === keyLength && b.length === keyLength, 'a channel joins two keys of 32 bytes');
    invariant(proposedId.length === idLength, 'a channel is given an id of 16 bytes');
    const pair = Buffer.concat([a, b].sort(Buffer.compare));
    return this.#commits.write((transaction) => {
      const existing = transaction.get(this.#pairs, pair);
      if (existing) return { channel: channelOf(decodePart(pair, existing, idLength), pair), wasNew: false };
      const refused = this.#count(transaction, Buffer.from(a), quota);
      if (refused) return refused;
      const id = Buffer.from(proposedId);
      transaction.put(this.#pairs, pair, encodePart(pair, id));
      transaction.put(this.#channels, id, encodePart(id, pair));
      return { channel: channelOf(id, pair), wasNew: true };
    });
  }

  /** Counts a channel that an account opens, unless it is beyond its quota. */
  #count(transaction: Transaction, key: Buffer, { total, perDay }: ChannelQuota): RefusedChannel | undefined {
    const record = transaction.get(this.#openings, key);
    const before = record ? decodeOpenings(key, record) : noOpenings;
    if (total !== undefined && before.all >= total) return { refusedBy: 'total' };
    const now = this.#now();
    // Also a new day if the clock was set back to before this one began.
    const isOver = now >= before.since + dayMs || now < before.since;
    const [since, today] = isOver ? [now, 0] : [before.since, before.today];
    if (perDay !== undefined && today >= perDay) return { refusedBy: 'per-day', retryAfterMs: since + dayMs - now };
    transaction.put(this.#openings, key, encodeJson(key, { all: before.all + 1, since, today: today + 1 }));
    return undefined;
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

/** @throws StoreError when it is not the record of this account */
export function decodeOpenings(key: Buffer, record: Buffer): Openings {
  return decodeJson(key, record, 'the count of channels of an account') as Openings;
}
