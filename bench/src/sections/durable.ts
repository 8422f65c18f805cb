// Measures the cost of answers that mean "on disk": the server with its store, over what could be reached with a perfect one.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { DurableChild, DurableServer } from '../children/durable.js';
import type { LoadChild } from '../children/load.js';
import { FlushProbe } from '../disk.js';
import { interleaved } from '../rounds.js';
import { median } from '../samples.js';
import { newFolder, wayMs } from './store.js';

const inFlight = 64;
const ways = ['store', 'no-store'] as const;
const result = 'server.durable.vs-reachable';
const flushesEach = 50;

export async function durableSection(bench: Bench): Promise<void> {
  if (!bench.wants(result)) return;
  const folder = newFolder();
  const load = Child.start<LoadChild>('load');
  const servers = ways.map(() => Child.start<DurableChild>('durable'));
  try {
    const opened = await Promise.all(
      ways.map((way, i) => servers[i]!.ask('open', { folder: join(folder, way), keepsMessages: way === 'store' })),
    );
    await measure(bench, load, folder, new Map(ways.map((way, i) => [way, opened[i]!])));
  } finally {
    await Promise.all([load, ...servers].map((child) => child.close()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  { effort, progress, results, notes }: Bench,
  load: Child<LoadChild>,
  folder: string,
  servers: ReadonlyMap<string, DurableServer>,
): Promise<void> {
  const { rounds, ms, warmUpMs } = effort.server;
  const flushed: number[] = [];
  const probe = new FlushProbe(folder);
  const run = (way: string, ms: number) => load.ask('run', { ...servers.get(way)!, connections: inFlight, ms });
  for (const way of ways) await run(way, warmUpMs);
  const outcomes = await interleaved(ways, rounds, (way, round) => {
    progress.tell(`${way}, round ${round + 1} of ${rounds}`);
    if (way === 'store') flushed.push(median(Array.from({ length: flushesEach }, () => probe.ms())));
    return run(way, ms);
  });
  probe.close();
  const of = (way: (typeof ways)[number], figure: 'perSecond' | 'p50' | 'p99') =>
    median(outcomes[way].map((one) => one[figure]));
  const byDisk = (inFlight / (median(flushed) + wayMs)) * 1_000;
  results.add(result, of('store', 'perSecond'), 'requests/s', { over: Math.min(of('no-store', 'perSecond'), byDisk) });
  const each = (way: (typeof ways)[number]) => outcomes[way].map(({ perSecond }) => perSecond.toFixed(0)).join(', ');
  notes.push(
    `${result}, each round: ${each('store')}; without a store: ${each('no-store')}; by the disk alone: ${byDisk.toFixed(0)}.`,
  );
  for (const way of ways) {
    results.add(`server.durable.${way}.p50`, of(way, 'p50'), 'ms');
    results.add(`server.durable.${way}.p99`, of(way, 'p99'), 'ms');
  }
}
