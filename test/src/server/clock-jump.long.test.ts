// A clock that jumps far ahead, over the real store: what seems to have expired is hidden, and is there again afterwards.

import { join } from 'node:path';
import { type Offer, openLmdbStore, type Settings, type Store, startServer } from '@gatehouse/server';
import { TrustedClock } from '@gatehouse/server/internal/store/trusted-clock';
import t, { type Test } from 'tap';
import { mailbox, noLimit } from '../store-contract/small-messages.js';
import { admitAll, offerOf } from '../support/admit-all.js';
import { LogLines } from '../support/log-lines.js';
import { tempFolder } from '../support/temp-folder.js';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const begin = Date.UTC(2026, 0, 1);
const box = mailbox(1);
const tokenHash = Buffer.alloc(32, 1);
const identityKey = Buffer.alloc(32, 2);

const hello = (lifeMs: number): Offer => ({
  ...offerOf(box, 'hello', lifeMs),
  retry: { key: Buffer.from('retry'), fingerprint: Buffer.alloc(32), lifeMs },
});

/** A data folder whose server ran until some days ago. */
async function folderLastUsed(t: Test, daysAgo: number): Promise<string> {
  const folder = await tempFolder(t);
  const clock = new TrustedClock({ wall: () => Date.now() - daysAgo * day });
  const store = await openLmdbStore(join(folder, 'store'), { clock });
  await store.removeExpired();
  await store.close();
  return folder;
}

/** The conditions of a server that starts there, and its lines about the clock. */
async function reportsOf(t: Test, dataFolder: string, more: Partial<Settings> = {}) {
  const log = new LogLines();
  const settings = { dataFolder, plugins: [], enabled: [], port: 0, adminPort: 0, ...more };
  const server = await startServer(settings, log.logger);
  t.teardown(() => server.close());
  const health = (await (await fetch(`${server.adminUrl}/health`)).json()) as { readonly conditions: unknown };
  const ready = await fetch(`${server.url}/readyz`);
  await server.close();
  const lines = log.of(/clock/).map(({ msg }) => msg);
  return { conditions: health.conditions, isReady: ready.ok, lines };
}

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
    await admitAll(this.store, [hello(expiresAt - this.wall)]);
    await this.store.addSession(tokenHash, { username: 'alice', identityKey, openedAt: begin, expiresAt });
  }

  /** What is not hidden: a message, a receipt. */
  async visible(): Promise<readonly unknown[]> {
    const messages = await this.store.fetch(box, { after: 0n, limit: 10, maxBytes: 1_000 });
    const again = this.store.admit([hello(day)], noLimit, (asked) => ({
      verdicts: asked.map(() => ({ admit: false })),
    }));
    const isRepeated = (await again.outcomes[0]!).outcome === 'repeated';
    return [...messages.map(({ payload }) => `${Buffer.from(payload)}`), ...(isRepeated ? ['its receipt'] : [])];
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
  t.strictSame(await machine.visible(), ['its receipt']);
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
    t.strictSame(await machine.visible(), ['its receipt']);
  }
  machine.wall -= 200 * day;
  await machine.start();
  await machine.run(2 * hour);
  t.strictSame(await machine.left(), all);
});

t.test('what is stored while the clock is behind does not expire when it is set right', async (t) => {
  const machine = await Machine.on(t);
  await machine.run(2 * minute);
  machine.wall -= 100 * day;
  await machine.start();
  await admitAll(machine.store, [hello(30 * day)]);
  machine.wall += 100 * day;
  await machine.run(2 * minute);
  t.strictSame(await machine.visible(), ['hello', 'its receipt']);
  await machine.start();
  await machine.run(2 * hour);
  t.strictSame(await machine.visible(), ['hello', 'its receipt']);
});

t.test('a message that is sent again while the clock is ahead is not stored twice', async (t) => {
  const machine = await Machine.on(t);
  await admitAll(machine.store, [hello(30 * day)]);
  machine.wall += 200 * day;
  t.match(await admitAll(machine.store, [hello(30 * day)]), [{ outcome: 'repeated', seq: 1n }]);
});

t.test('a full mailbox takes no message in the place of one that only seems to have expired', async (t) => {
  const machine = await Machine.on(t);
  await machine.fill(begin + 30 * day);
  machine.wall += 200 * day;
  const outcomes = await admitAll(machine.store, [offerOf(box, 'more')], { messages: 1, bytes: 1_000 });
  t.strictSame(outcomes, [{ outcome: 'full' }]);
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

t.test('a server whose clock is far ahead serves, reports it, and logs once what to do', async (t) => {
  const folder = await folderLastUsed(t, 3);
  const name = 'clock-unconfirmed';
  const reason = /3 days ahead of the last time that was trusted.* start with --trust-clock$/;
  t.match(await reportsOf(t, folder), { isReady: true, conditions: [{ name, severity: 'alert' }], lines: [reason] });
});

t.test('a server whose time an operator has confirmed reports only that it waits', async (t) => {
  const folder = await folderLastUsed(t, 3);
  const reason = /not removed until the clock has run for an hour without a jump$/;
  const reports = await reportsOf(t, folder, { trustClock: true });
  t.match(reports, { isReady: true, conditions: [{ name: 'clock-jumped', severity: 'warning' }], lines: [reason] });
});

t.test('a server that was down for less than a day trusts its clock', async (t) => {
  t.match(await reportsOf(t, await folderLastUsed(t, 0.9)), { conditions: [], lines: [] });
});
