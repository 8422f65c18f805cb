// Stores of a million messages in one mailbox, and of 100,000 mailboxes: their start, their memory, fetches, removal.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { Filling, Place, StoreChild } from '../children/store.js';
import type { StoreEntriesChild } from '../children/store-entries.js';
import { median } from '../samples.js';
import { warmingInFlight } from '../store-clients.js';
import { tellDisk, trafficRounds } from './disk-rounds.js';
import { canMeasure, newFolder } from './store.js';

export const largeStores = ['million-messages', '100000-mailboxes'] as const;
type Which = (typeof largeStores)[number];

const fillings: { readonly [W in Which]: Filling } = {
  'million-messages': { mailboxes: 1, messages: 1_000_000 },
  '100000-mailboxes': { mailboxes: 100_000, messages: 1 },
};

const disk = 'store.disk-kib-per-message.100000-mailboxes';
const acknowledged = 'store.acknowledge-million-ms';
const gone = 'store.gone-s';
const perStore = ['store.start-ms', 'store.memory-mib', 'store.fetch-100-ms'] as const;
const inFlight = 64;
const starts = 3;
const places = 101;
const timesEach = 3;
const lookMs = 250;
const goneWithinMs = 600_000;
/** Share of the entries of removed messages that may be left: a few belong to the mailbox. */
const left = 0.01;

function namesOf(which: Which): readonly string[] {
  const own = which === 'million-messages' ? [acknowledged, gone] : [disk];
  return [...perStore.map((name) => `${name}.${which}`), ...own];
}

export async function largeStoresSection(bench: Bench): Promise<void> {
  for (const which of largeStores) {
    if (!bench.wants(...namesOf(which)) || !canMeasure(bench)) continue;
    if (!bench.effort.store.large) {
      bench.notes.push(`store: ${which} are left out of a quick run.`);
      continue;
    }
    const folder = newFolder();
    try {
      await measure(bench, which, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

async function measure(bench: Bench, which: Which, folder: string): Promise<void> {
  const path = join(folder, 'store');
  const empty = await fill(bench, which, path, folder);
  const child = await start(bench, which, path);
  const memory = [await child.ask('memoryMib')];
  await tellFetches(bench, which, child);
  memory.push(await child.ask('memoryMib'));
  if (which === 'million-messages') memory.push(await tellRemoval(bench, child, path, empty));
  bench.results.add(`store.memory-mib.${which}`, Math.max(...memory), 'MiB');
  bench.notes.push(`store.memory-mib.${which}: ${memory.map((mib) => mib.toFixed(0)).join(', ')}.`);
  await child.ask('close');
  await child.close();
}

/** Resolves with the number of entries that the store had without messages. */
async function fill(bench: Bench, which: Which, path: string, folder: string): Promise<number> {
  const child = Child.start<StoreChild>('store');
  await child.ask('open', path);
  const empty = await entriesOf(path);
  bench.progress.tell(`filling ${which}`);
  await child.ask('fill', fillings[which]);
  if (which === '100000-mailboxes' && bench.wants(disk)) {
    const { mailboxes } = fillings[which];
    await child.ask('traffic', { mailboxes, inFlight: warmingInFlight, messages: bench.effort.store.warmUp });
    tellDisk(bench, disk, await trafficRounds(bench, child, folder, { mailboxes, inFlight }));
  }
  await child.ask('close');
  await child.close();
  return empty;
}

/** Starts a few times, each in a process of its own. Resolves with the last one. */
async function start({ results, progress, notes }: Bench, which: Which, path: string): Promise<Child<StoreChild>> {
  const times: number[] = [];
  for (;;) {
    progress.tell(`starting ${which}`);
    const child = Child.start<StoreChild>('store');
    times.push(await child.ask('open', path));
    if (times.length === starts) {
      results.add(`store.start-ms.${which}`, median(times), 'ms');
      notes.push(`store.start-ms.${which}, each: ${times.map((ms) => ms.toFixed(0)).join(', ')}.`);
      return child;
    }
    await child.ask('close');
    await child.close();
  }
}

/** The slowest place counts, each at its quickest: another process may take the CPU in the middle of a fetch. */
async function tellFetches({ results, progress, notes }: Bench, which: Which, child: Child<StoreChild>): Promise<void> {
  progress.tell(`fetching from ${which}`);
  const found: number[] = [];
  const firsts: number[] = [];
  const { mailboxes, messages } = fillings[which];
  for (let i = 0; i < places; i++) {
    const share = i / (places - 1);
    const place: Place = {
      mailbox: Math.floor(share * (mailboxes - 1)),
      after: BigInt(Math.floor(share * Math.max(0, messages - 100))),
    };
    const times: number[] = [];
    for (let j = 0; j < timesEach; j++) times.push(await child.ask('fetchMs', place, Math.min(100, messages)));
    found.push(Math.min(...times));
    firsts.push(times[0]!);
  }
  results.add(`store.fetch-100-ms.${which}`, Math.max(...found), 'ms');
  notes.push(
    `store.fetch-100-ms.${which}: median place ${median(found).toFixed(2)}, slowest first fetch ${Math.max(...firsts).toFixed(2)} ms.`,
  );
}

/** Acknowledges all messages. Resolves with the most memory that was seen until they were gone. */
async function tellRemoval(
  { results, progress }: Bench,
  child: Child<StoreChild>,
  path: string,
  empty: number,
): Promise<number> {
  progress.tell('acknowledging a million messages');
  const looking = Child.start<StoreEntriesChild>('store-entries');
  const full = await looking.ask('entries', path);
  const from = performance.now();
  const memory: number[] = [];
  const acknowledging = child.ask('acknowledge', 0, BigInt(fillings['million-messages'].messages));
  while ((await looking.ask('entries', path)) - empty > left * (full - empty)) {
    if (performance.now() - from > goneWithinMs) break;
    memory.push(await child.ask('memoryMib'));
    await delay(lookMs);
  }
  results.add(gone, (performance.now() - from) / 1_000, 's');
  await looking.close();
  results.add(acknowledged, await acknowledging, 'ms');
  return Math.max(...memory);
}

async function entriesOf(path: string): Promise<number> {
  const child = Child.start<StoreEntriesChild>('store-entries');
  try {
    return await child.ask('entries', path);
  } finally {
    await child.close();
  }
}
