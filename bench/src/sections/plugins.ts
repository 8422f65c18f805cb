// What enabled plugins cost that the gate does not ask: their start, their memory, and the calls that pass them by.

import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { BareChild } from '../children/bare.js';
import type { HostChild } from '../children/host.js';
import { hosting } from '../hosting.js';
import { interleaved } from '../rounds.js';
import { median } from '../samples.js';

const counts = ['1', '10', '50'] as const;

const compared = ['start.50.vs-bare-workers', 'start.50.mb-beyond-bare-worker'] as const;

/** One plugin gates; the others only observe. */
const hostingOf = (count: string) => hosting({ allow: 1, observe: Number(count) - 1 });

type Count = (typeof counts)[number];
type Start = Awaited<ReturnType<HostChild['open']>>;
type Opened = { readonly child: Child<HostChild>; readonly start: Start };

export async function pluginsSection(bench: Bench): Promise<void> {
  const wantsCalls = bench.wants(...counts.flatMap((count) => [`idle-plugins.${count}`, `idle-plugins.${count}.vs-1`]));
  const wantsStarts = bench.wants(
    ...counts.flatMap((count) => [`start.${count}.ms`, `start.${count}.mb-per-plugin`]),
    ...compared,
  );
  if (!wantsCalls && !wantsStarts) return;
  const starts = wantsStarts ? await moreStarts(bench) : { '1': [], '10': [], '50': [] };
  const opened = {} as Record<Count, Opened>;
  for (const count of counts) opened[count] = await open(bench, count);
  if (wantsStarts) {
    const startsOf = (count: Count) => [...starts[count], opened[count].start];
    tellStarts(bench, startsOf);
    await compare(bench, startsOf('50'));
  }
  if (wantsCalls) await calls(bench, (count) => opened[count].child);
  for (const { child } of Object.values(opened)) await child.close();
}

async function open({ progress }: Bench, count: Count): Promise<Opened> {
  progress.tell(`starting ${count}`);
  const child = Child.start<HostChild>('host');
  return { child, start: await child.ask('open', hostingOf(count)) };
}

/** All starts but the last ones, whose hosts are then used. */
function moreStarts(bench: Bench): Promise<Record<Count, Start[]>> {
  return interleaved(counts, bench.effort.plugins.starts - 1, async (count) => {
    const { child, start } = await open(bench, count);
    await child.close();
    return start;
  });
}

function tellStarts({ results }: Bench, startsOf: (count: Count) => readonly Start[]): void {
  for (const count of counts) {
    const starts = startsOf(count);
    results.add(`start.${count}.ms`, median(starts.map(({ ms }) => ms)), 'ms');
    results.add(`start.${count}.mb-per-plugin`, median(starts.map(({ mb }) => mb / Number(count))), 'MB');
  }
}

/** Compares the start of 50 plugins with that of 50 workers of the same Node that run nothing of ours. */
async function compare({ effort, results, progress }: Bench, starts: readonly Start[]): Promise<void> {
  const bare: Start[] = [];
  for (let round = 0; round < effort.plugins.starts; round++) {
    progress.tell('starting 50 bare workers');
    const child = Child.start<BareChild>('bare');
    bare.push(await child.ask('open', 50));
    await child.close();
  }
  const of = (some: readonly Start[], figure: keyof Start) => median(some.map((one) => one[figure]));
  results.add(compared[0], of(starts, 'ms'), 'ms', { over: of(bare, 'ms') });
  results.add(compared[1], (of(starts, 'mb') - of(bare, 'mb')) / 50, 'MB');
}

async function calls({ effort, results, progress }: Bench, childOf: (count: Count) => Child<HostChild>): Promise<void> {
  const { rounds, ms } = effort.plugins;
  const outcomes = await interleaved(counts, rounds + 1, (count) => {
    progress.tell(`gate calls with ${count} plugins enabled`);
    return childOf(count).ask('calls', { gapUs: 0, pause: 'busy', ms, callsMin: 100 });
  });
  const p50 = (count: Count) => median(outcomes[count].slice(1).map((round) => round.p50));
  for (const count of counts) results.add(`idle-plugins.${count}`, p50(count), 'µs');
  for (const count of ['10', '50'] as const) {
    results.add(`idle-plugins.${count}.vs-1`, p50(count), 'µs', { over: p50('1') });
  }
}
