// A clock that jumps far ahead, over the real store: what seems to have expired is hidden, and is there again afterwards.

import { openLmdbStore, type Store } from '@gatehouse/server';
import { TrustedClock } from '@gatehouse/server/internal/store/trusted-clock';
import t, { type Test } from 'tap';
import { mailbox, messageOf, noLimit, receiptOf, textsIn } from '../store-contract/small-messages.js';
import { tempFolder } from '../support/temp-folder.js';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const begin = Date.UTC(2026, 0, 1);
const box = mailbox(1);
const tokenHash = Buffer.alloc(32, 1);
const identityKey = Buffer.alloc(32, 2);

/** A machine with a store, whose clock can be set. */
class Machine {
  wall = begin;
  monotonic = 0;
  store!: Store;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  static async on(t: Test): Promise<Machine> {
    const machine = new Machine(await tempFolder(t));
    t.teardown(() => machine.store.close());
    await machine.start();
    return machine;
  }

  async start(isConfirmed = false): Promise<void> {
    await this.store?.close();
    const clock = new TrustedClock({ wall: () => this.wall, monotonic: () => this.monotonic, isConfirmed });
    this.store = await openLmdbStore(this.#folder, { clock });
    await this.sweep();
  }

  /** Time passes, and the store is swept each minute. */
  async run(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= minute) {
      const passed = Math.min(left, minute);
      this.wall += passed;
      this.monotonic += passed;
      await this.sweep();
    }
  }

  /** As the server does. */
  async sweep(): Promise<void> {
    await this.store.removeExpired();
    await this.store.removeSessionsExpiredBy(this.wall);
  }

  /** Stores a message with a receipt, and a session. */
  async fill(expiresAt: number): Promise<void> {
    const [seq] = await this.store.assignSeqs([box]);
    const receipt = receiptOf('retry', expiresAt);
    await this.store.commit([{ mailbox: box, seq: seq!, message: messageOf('hello', expiresAt), receipt }], noLimit);
    await this.store.addSession(tokenHash, { username: 'alice', identityKey, openedAt: begin, expiresAt });
  }

  /** What is not hidden: a message, a receipt. */
  async visible(): Promise<readonly unknown[]> {
    const receipt = await this.store.receipt(Buffer.from('retry'));
    return [...(await textsIn(this.store, box)), ...(receipt ? ['its receipt'] : [])];
  }

  /** What is there, hidden or not: it is looked at with the time as it was. */
  async left(): Promise<readonly unknown[]> {
    const { wall } = this;
    this.wall = begin;
    const session = await this.store.session(tokenHash);
    const left = [...(await this.visible()), ...(session ? ['a session'] : [])];
    this.wall = wall;
    return left;
  }
}

const all = ['hello', 'its receipt', 'a session'];

t.test('a clock that is 200 days ahead for 11 s hides what has expired, and removes nothing', async (t) => {
  const machine = await Machine.on(t);
  await machine.fill(begin + 30 * day);
  await machine.run(minute);
  machine.wall += 200 * day;
  await machine.run(11 * second);
  t.strictSame(await machine.visible(), []);
  machine.wall -= 200 * day;
  await machine.run(minute);
  t.strictSame(await machine.left(), all);
});

t.test('nor does one that is ahead over a restart', async (t) => {
  const machine = await Machine.on(t);
  await machine.fill(begin + 30 * day);
  await machine.run(2 * minute);
  machine.wall += 200 * day;
  for (let i = 0; i < 2; i++) {
    await machine.start();
    await machine.run(2 * hour);
    t.strictSame(await machine.visible(), []);
  }
  machine.wall -= 200 * day;
  await machine.start();
  await machine.run(2 * hour);
  t.strictSame(await machine.left(), all);
});

t.test('a full mailbox takes no message in the place of one that only seems to have expired', async (t) => {
  const machine = await Machine.on(t);
  await machine.fill(begin + 30 * day);
  machine.wall += 200 * day;
  const [seq] = await machine.store.assignSeqs([box]);
  const limit = { messages: 1, bytes: 1_000 };
  const settled = await machine.store.commit([{ mailbox: box, seq: seq!, message: messageOf('more') }], limit);
  t.strictSame(settled, ['full']);
  t.strictSame(await machine.left(), all);
});

t.test('a time that an operator has confirmed removes nothing for an hour', async (t) => {
  const machine = await Machine.on(t);
  await machine.fill(begin + 30 * day);
  machine.wall += 200 * day;
  await machine.start(true);
  await machine.run(hour - second);
  t.strictSame(await machine.left(), all);
});

t.test('a time that an operator has confirmed removes after an hour what has expired', async (t) => {
  const machine = await Machine.on(t);
  await machine.fill(begin + 30 * day);
  machine.wall += 200 * day;
  await machine.start(true);
  await machine.run(hour);
  await machine.start();
  t.strictSame(await machine.left(), []);
});
