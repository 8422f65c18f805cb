// Measures the disk, the flushes and the time of the server's thread that a message takes, in the store alone.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { StoreChild } from '../children/store.js';
import { Disk } from '../disk.js';
import { canTrace, flushesDuring } from '../flush-trace.js';
import { median } from '../samples.js';
import { warmingInFlight } from '../store-clients.js';
import { listOf, tellDisk, trafficRounds } from './disk-rounds.js';

const mailboxes = 500;
const inFlight = 64;
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

/** The figures come from `/proc` and `/sys`. */
export function canMeasure({ notes }: Bench): boolean {
  const isLinux = process.platform === 'linux';
  if (!isLinux) notes.push('store: measured on Linux alone.');
  return isLinux;
}

export async function storeSection(bench: Bench): Promise<void> {
  const wantsFlushes = bench.wants(...flushes.map(flushName));
  if (!wantsFlushes && !bench.wants(disk, cpu, alone)) return;
  if (!canMeasure(bench)) return;
  const folder = newFolder();
  const child = Child.start<StoreChild>('store');
  try {
    await child.ask('open', join(folder, 'store'));
    bench.progress.tell('warming up');
    await child.ask('traffic', { mailboxes, inFlight: warmingInFlight, messages: bench.effort.store.warmUp });
    if (bench.wants(disk, cpu)) await tellTraffic(bench, child, folder);
    if (bench.wants(alone)) await tellAlone(bench, child, folder);
    if (wantsFlushes) await tellFlushes(bench, child, folder);
    await child.ask('close');
  } finally {
    await child.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tellTraffic(bench: Bench, child: Child<StoreChild>, folder: string): Promise<void> {
  const traffic = { mailboxes, inFlight };
  const rounds = await trafficRounds(bench, child, folder, traffic);
  tellDisk(bench, disk, rounds);
  const clients: number[] = [];
  for (let i = 0; i < rounds.length; i++)
    clients.push(await child.ask('clientsCpuUs', { ...traffic, messages: bench.effort.store.messages }));
  const clientsUs = median(clients);
  const cpuOfRounds = rounds.map(({ cpuUs }) => cpuUs - clientsUs);
  bench.results.add(cpu, median(cpuOfRounds), 'µs');
  const perSecond = median(rounds.map((round) => round.perSecond));
  bench.results.add('store.messages-per-s', perSecond, 'messages/s');
  const each = listOf(cpuOfRounds);
  bench.notes.push(`${cpu}, each round: ${each}; the clients' own ${clientsUs.toFixed(1)} are taken off.`);
}

async function tellAlone(bench: Bench, child: Child<StoreChild>, folder: string): Promise<void> {
  const { rounds, alone: times } = bench.effort.store;
  const [messages, flushed]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    bench.progress.tell(`messages alone, round ${round + 1} of ${rounds}`);
    const found = await child.ask('alone', folder, times);
    messages.push(median(found.messages));
    flushed.push(median(found.flushes));
  }
  bench.results.add(alone, median(messages), 'ms', { over: median(flushed) + wayMs });
  bench.notes.push(`${alone}, each round: ${listOf(messages, 3)} ms; one fdatasync: ${listOf(flushed, 3)} ms.`);
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
