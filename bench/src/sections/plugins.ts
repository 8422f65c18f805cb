// What enabled plugins cost that the gate does not ask: their start, their memory, and the calls that pass them by.

import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { HostChild } from '../children/host.js';
import { hosting } from '../hosting.js';
import { interleaved } from '../rounds.js';
import { median } from '../samples.js';

const counts = ['1', '10', '50'] as const;

/** One plugin gates; the others only observe. */
const hostingOf = (count: string) => hosting({ allow: 1, observe: Number(count) - 1 });

export async function pluginsSection(bench: Bench): Promise<void> {
  if (bench.wants(...counts.flatMap((count) => [`start.${count}.ms`, `start.${count}.mb-per-plugin`]))) {
    await starts(bench);
  }
  if (bench.wants(...counts.map((count) => `idle-plugins.${count}`), 'idle-plugins.50.vs-1')) await calls(bench);
}

async function starts({ effort, results, progress }: Bench): Promise<void> {
  const outcomes = await interleaved(counts, effort.plugins.starts, async (count) => {
    progress.tell(`starting ${count}`);
    const child = Child.start<HostChild>('host');
    const outcome = await child.ask('open', hostingOf(count));
    await child.close();
    return outcome;
  });
  for (const count of counts) {
    results.add(`start.${count}.ms`, median(outcomes[count].map(({ ms }) => ms)), 'ms');
    results.add(`start.${count}.mb-per-plugin`, median(outcomes[count].map(({ mb }) => mb / Number(count))), 'MB');
  }
}

async function calls({ effort, results, progress }: Bench): Promise<void> {
  const { rounds, ms } = effort.plugins;
  const children = {} as Record<(typeof counts)[number], Child<HostChild>>;
  for (const count of counts) {
    progress.tell(`starting ${count}`);
    children[count] = Child.start<HostChild>('host');
    await children[count].ask('open', hostingOf(count));
  }
  const outcomes = await interleaved(counts, rounds + 1, (count) => {
    progress.tell(`gate calls with ${count} plugins enabled`);
    return children[count].ask('calls', { gapUs: 0, pause: 'busy', ms, callsMin: 100 });
  });
  const p50 = (count: (typeof counts)[number]) => median(outcomes[count].slice(1).map((round) => round.p50));
  for (const count of counts) results.add(`idle-plugins.${count}`, p50(count), 'µs');
  for (const count of ['10', '50'] as const) {
    results.add(`idle-plugins.${count}.vs-1`, p50(count), 'µs', { over: p50('1') });
  }
  for (const child of Object.values(children)) await child.close();
}
