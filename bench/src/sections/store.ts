// What a message takes of the disk, of its flushes and of the server's thread, in the store alone.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { StoreChild, TrafficFigures } from '../children/store.js';
import { Disk } from '../disk.js';
import { canTrace, flushesDuring } from '../flush-trace.js';
import { median } from '../samples.js';
import type { Traffic } from '../store-clients.js';

const mailboxes = 500;
const inFlight = 64;
const idleMs = 1_000;
/** A gather waits for one flush, and its way to the disk and back may take so long. */
export const wayMs = 1;

const disk = 'store.disk-kib-per-message.500-mailboxes';
const cpu = 'store.cpu-us-per-message';
const alone = 'store.enqueue-alone.vs-flush';
const flushes = [64, 256] as const;
const flushName = (count: number) => `store.messages-per-flush.${count}`;

/** On a disk, which a folder for temporary files need not be. */
const results = fileURLToPath(new URL('../../results/', import.meta.url));

export function newFolder(): string {
  mkdirSync(results, { recursive: true });
  return mkdtempSync(join(results, 'store-'));
}

export async function storeSection(bench: Bench): Promise<void> {
  const wantsFlushes = bench.wants(...flushes.map(flushName));
  if (!wantsFlushes && !bench.wants(disk, cpu, alone)) return;
  const folder = newFolder();
  const child = Child.start<StoreChild>('store');
  try {
    await child.ask('open', join(folder, 'store'));
    bench.progress.tell('warming up');
    await child.ask('traffic', { mailboxes, inFlight, messages: bench.effort.store.warmUp });
    if (bench.wants(disk, cpu)) await tellTraffic(bench, child, folder);
    if (bench.wants(alone)) await tellAlone(bench, child, folder);
    if (wantsFlushes) await tellFlushes(bench, child, folder);
    await child.ask('close');
  } finally {
    await child.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Round extends TrafficFigures {
  /** Of the disk for each message, less what others write: undefined where the disk does not count it. */
  readonly diskKib: number | undefined;
  readonly messagesPerDiskFlush: number | undefined;
}

/** Traffic in rounds, each after a second in which the disk shows what others write. */
export async function trafficRounds(
  { effort, progress }: Bench,
  child: Child<StoreChild>,
  folder: string,
  traffic: Omit<Traffic, 'messages'>,
): Promise<readonly Round[]> {
  const { rounds, messages } = effort.store;
  const device = Disk.of(folder);
  const found: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    progress.tell(`${traffic.mailboxes} mailboxes, round ${round + 1} of ${rounds}`);
    const idleFrom = device?.counts();
    await delay(idleMs);
    const [before, from] = [device?.counts(), performance.now()];
    const figures = await child.ask('traffic', { ...traffic, messages });
    const [after, seconds] = [device?.counts(), (performance.now() - from) / 1_000];
    const own = (field: 'writtenBytes' | 'flushes') =>
      after![field] - before![field] - ((before![field] - idleFrom![field]) * seconds * 1_000) / idleMs;
    found.push({
      ...figures,
      diskKib: device && own('writtenBytes') / 1_024 / messages,
      messagesPerDiskFlush: device && messages / own('flushes'),
    });
  }
  return found;
}

async function tellTraffic(bench: Bench, child: Child<StoreChild>, folder: string): Promise<void> {
  const traffic = { mailboxes, inFlight };
  const rounds = await trafficRounds(bench, child, folder, traffic);
  tellDisk(bench, disk, rounds);
  const clients: number[] = [];
  for (let i = 0; i < rounds.length; i++)
    clients.push(await child.ask('clientsCpuUs', { ...traffic, messages: bench.effort.store.messages }));
  const clientsUs = median(clients);
  bench.results.add(cpu, median(rounds.map(({ cpuUs }) => cpuUs)) - clientsUs, 'µs');
  bench.results.add('store.messages-per-s', median(rounds.map(({ perSecond }) => perSecond)), 'messages/s');
  bench.notes.push(
    `${cpu}, each round: ${listOf(rounds.map(({ cpuUs }) => cpuUs - clientsUs))}; the clients' own ${clientsUs.toFixed(1)} are taken off.`,
  );
}

export function tellDisk({ results, notes }: Bench, name: string, rounds: readonly Round[]): void {
  const passed = rounds.map(({ passedBytes }) => passedBytes / 1_024);
  const onDisk = rounds.flatMap(({ diskKib }) => diskKib ?? []);
  if (onDisk.length === 0) {
    notes.push(`${name}: the folder lies on no block device of its own; passed to write calls: ${listOf(passed)} KiB.`);
    return;
  }
  results.add(name, median(onDisk), 'KiB');
  const perFlush = listOf(rounds.flatMap(({ messagesPerDiskFlush }) => messagesPerDiskFlush ?? []));
  notes.push(
    `${name}, each round: ${listOf(onDisk)}; passed to write calls: ${listOf(passed)}; messages for each flush of the disk: ${perFlush}.`,
  );
}

const listOf = (figures: readonly number[]) => figures.map((figure) => figure.toFixed(1)).join(', ');

async function tellAlone({ effort, results, progress, notes }: Bench, child: Child<StoreChild>, folder: string) {
  const { rounds, alone: times } = effort.store;
  const [messages, flushed]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    progress.tell(`messages alone, round ${round + 1} of ${rounds}`);
    messages.push(median(await child.ask('alone', times)));
    flushed.push(median(await child.ask('flushTimes', folder, times)));
  }
  results.add(alone, median(messages), 'ms', { over: median(flushed) + wayMs });
  const three = (figures: readonly number[]) => figures.map((figure) => figure.toFixed(3)).join(', ');
  notes.push(`${alone}, each round: ${three(messages)} ms; one fdatasync: ${three(flushed)} ms.`);
}

async function tellFlushes(bench: Bench, child: Child<StoreChild>, folder: string): Promise<void> {
  const { messages } = bench.effort.store;
  const isTraced = canTrace();
  const device = Disk.of(folder);
  if (!isTraced && device === undefined) {
    bench.notes.push('store.messages-per-flush: there is neither strace nor a disk that counts its flushes.');
    return;
  }
  const pid = await child.ask('pid');
  for (const count of flushes) {
    bench.progress.tell(`flushes, ${count} in flight`);
    const run = () => child.ask('traffic', { mailboxes, inFlight: count, messages });
    const found = isTraced ? await flushesDuring(pid, join(folder, 'trace'), run) : await flushesOf(device!, run);
    bench.results.add(flushName(count), messages / found, 'messages');
  }
  bench.notes.push(
    `store.messages-per-flush: flushes are counted ${isTraced ? 'by a trace of the system calls' : "by the disk, others' among them"}.`,
  );
}

async function flushesOf(device: Disk, work: () => Promise<unknown>): Promise<number> {
  const before = device.counts().flushes;
  await work();
  return device.counts().flushes - before;
}
