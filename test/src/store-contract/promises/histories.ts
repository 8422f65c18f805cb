// Deeds in any order show what lists in memory would show.

import assert from 'node:assert/strict';
import type { Store } from '@gatehouse/server';
import { type Choose, chooserOf } from '../../history/random.js';
import { offerOf } from '../../support/admit-all.js';
import type { Place } from '../place.js';
import type { Promises } from '../promise.js';
import { SimpleMailbox } from '../simple-mailbox.js';
import { admit, all, deciding, highestNumber, mailbox, never, textOf, times } from '../small-messages.js';

const deedCount = 60;

export const histories = {
  'a long history of deeds shows what lists in memory would': async (place) => {
    for (const seed of ['first', 'second']) await new History(place.part(seed), chooserOf(seed)).run();
  },
} satisfies Promises;

class History {
  readonly #place: Place;
  readonly #choose: Choose;
  readonly #boxes = [new SimpleMailbox(), new SimpleMailbox()];
  readonly #deeds = [
    (store: Store) => this.#send(store),
    (store: Store) => this.#send(store),
    (store: Store) => this.#acknowledge(store),
    (store: Store) => store.removeExpired(),
    (store: Store) => Promise.all([this.#acknowledge(store), store.removeExpired(), this.#acknowledge(store)]),
    async () => {
      this.#place.now += this.#choose(100);
    },
  ];

  constructor(place: Place, choose: Choose) {
    this.#place = place;
    this.#choose = choose;
  }

  async run(): Promise<void> {
    let store = await this.#place.open();
    for (const deed of times(deedCount, () => this.#choose(this.#deeds.length))) {
      if (this.#choose(10) === 0) store = await this.#place.open();
      await this.#deeds[deed]!(store);
      for (const [byte, box] of this.#boxes.entries()) await this.#compare(store, byte, box);
    }
  }

  /** A batch of any size, for one mailbox, of which some messages are refused and some expire soon. */
  async #send(store: Store): Promise<void> {
    const { byte, box } = this.#anyBox();
    const lives = times(1 + this.#choose(80), () => (this.#choose(2) === 0 ? 1 + this.#choose(150) : never));
    const [messages, { now }] = [1 + this.#choose(100), this.#place];
    const wanted: string[] = [];
    const decide = deciding(({ index, seq }) => {
      const isRefused = this.#choose(8) === 0;
      const isFull = !isRefused && box.shown(now).length >= messages;
      if (!isRefused && !isFull) box.store({ seq, text: `${index}`, expiresAt: now + lives[index]! });
      box.last = seq;
      wanted[index] = isRefused ? 'refused' : isFull ? 'full' : 'stored';
      return { admit: !isRefused };
    });
    const offers = lives.map((life, i) => offerOf(mailbox(byte), `${i}`, life));
    const outcomes = await admit(store, offers, { decide, limit: { messages, bytes: 1e9 } });
    // Those that decide was not asked about have found no room.
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      lives.map((_, i) => wanted[i] ?? 'full'),
    );
  }

  async #acknowledge(store: Store): Promise<void> {
    const { byte, box } = this.#anyBox();
    const upTo = this.#choose(10) === 0 ? highestNumber : BigInt(this.#choose(Number(box.last) + 3));
    box.acknowledge(upTo);
    await store.acknowledge(mailbox(byte), upTo);
  }

  async #compare(store: Store, byte: number, box: SimpleMailbox): Promise<void> {
    const after = BigInt(this.#choose(2) * this.#choose(Number(box.last) + 1));
    const found = await store.fetch(mailbox(byte), { ...all, after });
    const wanted = box.shown(this.#place.now).filter(({ seq }) => seq > after);
    assert.deepEqual(
      found.map((message) => `${message.seq} ${textOf(message)}`),
      wanted.map(({ seq, text }) => `${seq} ${text}`),
    );
    assert.equal(await store.cursor(mailbox(byte)), box.cursor);
  }

  #anyBox(): { readonly byte: number; readonly box: SimpleMailbox } {
    const byte = this.#choose(this.#boxes.length);
    return { byte, box: this.#boxes[byte]! };
  }
}
