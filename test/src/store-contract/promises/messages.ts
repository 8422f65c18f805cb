// Messages come back whole, each once, in the order of their numbers.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Decide, Message } from '@gatehouse/server';
import { offerOf } from '../../support/admit-all.js';
import type { Promises } from '../promise.js';
import { add, admit, all, deciding, mailbox, textOf, times } from '../small-messages.js';

const sizes = [0, 1, 2, 31, 32, 255, 256, 2_015, 2_016, 4_095, 4_096, 4_097, 65_535, 65_536, 1_048_576];
const lifeMs = 2 ** 40 + 1;
const senderIdentity = randomBytes(32);
const admittedWithout = ['guard', 'a "name" — ünüsual'];
const parts: readonly Pick<Message, 'senderIdentity' | 'admittedWithout'>[] = [
  {},
  { senderIdentity },
  { admittedWithout },
  { senderIdentity, admittedWithout },
];

export const messages = {
  'every message comes, once, in the order of the numbers, and only in its mailbox': async (place) => {
    const store = await place.open();
    const seqs: bigint[] = [];
    for (let i = 0; i < 30; i++) {
      await add(store, mailbox(i % 2 === 0 ? 0 : 2), 'of another mailbox');
      seqs.push(...(await add(store, mailbox(1), ...times((i % 3) + 1, () => 'x'))));
    }
    for await (const opened of place.nowAndReopened()) {
      const found = await opened.fetch(mailbox(1), all);
      assert.deepEqual(
        found.map(({ seq }) => seq),
        seqs,
      );
      assert.deepEqual(new Set(found.map(textOf)), new Set(['x']));
    }
  },

  'payloads of all sizes come back byte for byte': async (place) => {
    const store = await place.open();
    const payloads = sizes.map((size) => randomBytes(size));
    // One that is part of a larger buffer, which is used again once the batch is answered.
    const larger = randomBytes(64);
    const part = new Uint8Array(larger.buffer, larger.byteOffset + 8, 16);
    payloads.push(Buffer.from(part));
    await add(store, mailbox(1), ...[...payloads.slice(0, -1), part].map((payload) => offerOf(mailbox(1), payload)));
    larger.fill(0);
    for await (const opened of place.nowAndReopened()) {
      const found = await opened.fetch(mailbox(1), all);
      assert.equal(found.length, payloads.length);
      for (const [i, { payload }] of found.entries())
        assert.ok(payloads[i]!.equals(payload), `${payloads[i]!.length} bytes came as ${payload.length}, or as others`);
    }
  },

  'senders, times and plugins without a verdict come back as they were given, or not at all': async (place) => {
    place.now = 2 ** 41 + 1;
    const store = await place.open();
    const given = parts.flatMap((part) => ['', 'text'].map((text) => ({ payload: Buffer.from(text), ...part })));
    const decide = deciding(({ index }) => {
      const { admittedWithout } = given[index]!;
      return { admit: true, ...(admittedWithout && { admittedWithout }) };
    });
    const offers = given.map(({ admittedWithout: _, ...part }) => ({ mailbox: mailbox(1), lifeMs, ...part }));
    await admit(store, offers, { decide });
    const wanted = given.map((part) => ({ ...part, storedAt: 2 ** 41 + 1, expiresAt: 2 ** 41 + 1 + lifeMs }));
    place.now += 1;
    for await (const opened of place.nowAndReopened())
      assert.deepEqual(
        (await opened.fetch(mailbox(1), all)).map(({ seq, ...message }) => plain(message)),
        wanted.map(plain),
      );
  },

  'a message comes back with the revision that decided it, or without one': async (place) => {
    const store = await place.open();
    const revisions = [undefined, 0, 7, 2 ** 40 + 1];
    for (const revision of revisions) {
      const decide: Decide = (asked) => ({
        verdicts: asked.map(() => ({ admit: true })),
        ...(revision !== undefined && { revision }),
      });
      await admit(store, [offerOf(mailbox(1), 'x'), offerOf(mailbox(1), 'y')], { decide });
    }
    for await (const opened of place.nowAndReopened()) {
      const found = await opened.fetch(mailbox(1), all);
      assert.deepEqual(
        found.map((message) => ('revision' in message ? message.revision : 'none')),
        revisions.flatMap((revision) => [revision ?? 'none', revision ?? 'none']),
      );
    }
  },
} satisfies Promises;

/** Compares by content, whatever kind of bytes they are; a part that is undefined differs from one that is absent. */
const plain = ({ payload, senderIdentity: sender, ...rest }: Message) => ({
  ...rest,
  payload: Buffer.from(payload).toString('hex'),
  ...(sender && { sender: Buffer.from(sender).toString('hex') }),
});
