// What it costs that an answer means "on disk": the same server with its store, and with one that keeps no messages.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { DurableChild, DurableServer } from '../children/durable.js';
import type { LoadChild } from '../children/load.js';
import { interleaved } from '../rounds.js';
import { median } from '../samples.js';

const inFlight = 64;
const ways = ['store', 'no-store'] as const;
const result = 'server.durable.vs-no-store';

/** On a disk, which a folder for temporary files need not be. */
const results = fileURLToPath(new URL('../../results/', import.meta.url));

export async function durableSection(bench: Bench): Promise<void> {
  if (!bench.wants(result)) return;
  mkdirSync(results, { recursive: true });
  const folder = mkdtempSync(join(results, 'durable-'));
  const load = Child.start<LoadChild>('load');
  const servers = ways.map(() => Child.start<DurableChild>('durable'));
  try {
    const opened = await Promise.all(
      ways.map((way, i) => servers[i]!.ask('open', { folder: join(folder, way), keepsMessages: way === 'store' })),
    );
    await measure(bench, load, new Map(ways.map((way, i) => [way, opened[i]!])));
  } finally {
    await Promise.all([load, ...servers].map((child) => child.close()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  { effort, progress, results }: Bench,
  load: Child<LoadChild>,
  servers: ReadonlyMap<string, DurableServer>,
): Promise<void> {
  const { rounds, ms, warmUpMs } = effort.server;
  const run = (way: string, ms: number) => load.ask('run', { ...servers.get(way)!, connections: inFlight, ms });
  for (const way of ways) await run(way, warmUpMs);
  const outcomes = await interleaved(ways, rounds, (way, round) => {
    progress.tell(`${way}, round ${round + 1} of ${rounds}`);
    return run(way, ms);
  });
  const of = (way: (typeof ways)[number], figure: 'perSecond' | 'p50' | 'p99') =>
    median(outcomes[way].map((one) => one[figure]));
  results.add(result, of('store', 'perSecond'), 'requests/s', { over: of('no-store', 'perSecond') });
  for (const way of ways) {
    results.add(`server.durable.${way}.p50`, of(way, 'p50'), 'ms');
    results.add(`server.durable.${way}.p99`, of(way, 'p99'), 'ms');
  }
}
