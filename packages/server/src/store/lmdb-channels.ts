// The channels of the embedded store: by id, and by the pair that has one.

import type { Database, RootDatabase } from 'lmdb';
import type { Channel } from './store.js';

const keyLength = 32;

export class LmdbChannels {
  /** Channel id → the two identity keys. */
  readonly #channels: Database<Buffer, Buffer>;
  /** The two identity keys → channel id. */
  readonly #pairs: Database<Buffer, Buffer>;

  constructor(root: RootDatabase) {
    this.#channels = root.openDB('channels', { encoding: 'binary', keyEncoding: 'binary' });
    this.#pairs = root.openDB('pairs', { encoding: 'binary', keyEncoding: 'binary' });
  }

  async openChannel(a: Uint8Array, b: Uint8Array, proposedId: Uint8Array) {
    const pair = Buffer.concat([a, b].sort(Buffer.compare));
    const existing = this.#pairs.get(pair);
    if (existing) return { channel: channelOf(existing, pair), wasNew: false };
    const id = Buffer.from(proposedId);
    // The condition is checked when it is written, so of two that ask at once only one makes the channel.
    const wasNew = await this.#pairs.ifNoExists(pair, () => {
      this.#pairs.put(pair, id);
      this.#channels.put(id, pair);
    });
    return { channel: channelOf(wasNew ? id : this.#pairs.get(pair)!, pair), wasNew };
  }

  channel(id: Uint8Array): Channel | undefined {
    const pair = this.#channels.get(Buffer.from(id));
    return pair && channelOf(Buffer.from(id), pair);
  }
}

function channelOf(id: Buffer, pair: Buffer): Channel {
  return { id, members: [pair.subarray(0, keyLength), pair.subarray(keyLength)] };
}
