// Rounds of traffic to a store, and what a disk that others use too got of it.

import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import type { Child } from '../child.js';
import type { StoreChild, TrafficFigures } from '../children/store.js';
import { Disk } from '../disk.js';
import { median } from '../samples.js';
import type { Traffic } from '../store-clients.js';

const idleMs = 1_000;
/** A round counts for the disk when what others write is at most so much of it. */
const quiet = 0.15;
/** So many times the rounds are played at most, until enough of them were quiet. */
const patience = 3;

interface Round extends TrafficFigures {
  /** Bytes that the disk got for each message, less those of others; undefined when others write too much, or nobody counts. */
  readonly diskBytes: number | undefined;
}

/** Traffic in rounds. Before and after each, the disk shows for a second what others write. */
export async function trafficRounds(
  { effort, progress }: Bench,
  child: Child<StoreChild>,
  folder: string,
  traffic: Omit<Traffic, 'messages'>,
): Promise<readonly Round[]> {
  const { rounds, messages } = effort.store;
  const disk = Disk.of(folder);
  const found: Round[] = [];
  const isLacking = () =>
    disk !== undefined && found.filter(({ diskBytes }) => diskBytes !== undefined).length < rounds;
  let before = await writtenPerMs(disk, () => delay(idleMs));
  while (found.length < rounds || (isLacking() && found.length < patience * rounds)) {
    progress.tell(`${traffic.mailboxes} mailboxes, round ${found.length + 1}`);
    let figures: TrafficFigures | undefined;
    const all = await writtenPerMs(disk, async () => {
      figures = await child.ask('traffic', { ...traffic, messages });
    });
    const after = await writtenPerMs(disk, () => delay(idleMs));
    const isQuiet = Math.max(before, after) <= quiet * all;
    const own = all - (before + after) / 2;
    found.push({ ...figures!, diskBytes: isQuiet ? (own / figures!.perSecond) * 1_000 : undefined });
    before = after;
  }
  return found;
}

/** Bytes; without a disk that counts them not a number. */
async function writtenPerMs(disk: Disk | undefined, work: () => Promise<unknown>): Promise<number> {
  const [before, from] = [disk?.counts().writtenBytes ?? Number.NaN, performance.now()];
  await work();
  return ((disk?.counts().writtenBytes ?? Number.NaN) - before) / (performance.now() - from);
}

/** Bytes passed to write calls stand for those of the disk if too few rounds were quiet. */
export function tellDisk({ effort, results, notes }: Bench, name: string, rounds: readonly Round[]): void {
  const passed = rounds.map(({ passedBytes }) => passedBytes / 1_024);
  const onDisk = rounds.flatMap(({ diskBytes }) => (diskBytes === undefined ? [] : diskBytes / 1_024));
  const isQuiet = onDisk.length >= effort.store.rounds;
  results.add(name, median(isQuiet ? onDisk : passed), 'KiB');
  const why = isQuiet ? '' : ', which counts, as others wrote too much, or the folder lies on no disk';
  const ofDisk = onDisk.length > 0 ? listOf(onDisk) : 'none';
  notes.push(`${name}, each quiet round: ${ofDisk}. Passed to write calls${why}: ${listOf(passed)}.`);
}

export function listOf(figures: readonly number[], digits = 1): string {
  return figures.map((figure) => figure.toFixed(digits)).join(', ');
}
