// What a server still does of its work when it is sent more than it can do, and who still gets in.

import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { GatehouseChild } from '../children/gatehouse.js';
import type { GoodputChild, GoodputFigures } from '../children/goodput.js';
import type { NewcomersChild } from '../children/newcomers.js';
import { median } from '../samples.js';

/** Of what the server can carry. */
export const loads = [0.8, 1.2, 2, 4] as const;
type Load = (typeof loads)[number];

const pairs = 2_000;
/** Rounds count in which what the server can carry differs by less than this before and after. */
const steady = 0.15;
const newcomersAt = 2;
const [probeEveryMs, crowd] = [25, 300];

const nameOf = (load: Load) => `server.goodput.${load}x`;
const newcomers = ['server.newcomers.livez-p99-ms', 'server.newcomers.300-clients-s'] as const;

interface Round extends GoodputFigures {
  readonly capacity: number;
}

interface Parts {
  readonly port: number;
  readonly load: Child<GoodputChild>;
}

export async function goodputSection(bench: Bench): Promise<void> {
  const wanted = loads.filter((load) => bench.wants(nameOf(load)));
  const isAny = wanted.length > 0 || bench.wants('server.goodput.lost');
  if (!isAny && !bench.wants(...newcomers)) return;
  const [server, load] = [Child.start<GatehouseChild>('gatehouse'), Child.start<GoodputChild>('goodput')];
  const parts = { load, port: await server.ask('open', { pairs }) };
  bench.progress.tell('warming up');
  await load.ask('capacity', parts.port, pairs, bench.effort.goodput.ms);
  if (isAny) tell(bench, await measure(bench, parts, wanted.length > 0 ? wanted : loads));
  if (bench.wants(...newcomers)) await newcomersSection(bench, parts);
  await Promise.all([load.close(), server.close()]);
}

async function measure(bench: Bench, { load, port }: Parts, wanted: readonly Load[]): Promise<Map<Load, Round[]>> {
  const { rounds, ms, warmUpMs, capacityMs } = bench.effort.goodput;
  const found = new Map<Load, Round[]>(wanted.map((share) => [share, []]));
  let dropped = 0;
  let before = await load.ask('capacity', port, pairs, capacityMs);
  const isLacking = () => [...found.values()].some((list) => list.length < rounds);
  for (let i = 0; isLacking() && i < 2 * rounds; i++) {
    for (const share of wanted) {
      if (found.get(share)!.length >= rounds) continue;
      bench.progress.tell(`${share} x ${Math.round(before)}/s, round ${i + 1}`);
      const perSecond = share * before;
      const figures = await load.ask('run', { port, pairs, perSecond, ms: ms + warmUpMs, warmUpMs });
      const after = await load.ask('capacity', port, pairs, capacityMs);
      if (Math.abs(after - before) / before <= steady)
        found.get(share)!.push({ ...figures, capacity: (before + after) / 2 });
      else dropped += 1;
      before = after;
    }
  }
  if (dropped > 0)
    bench.notes.push(
      `goodput: ${dropped} runs were dropped, before and after which the server could carry different loads.`,
    );
  return found;
}

function tell({ results, notes }: Bench, found: ReadonlyMap<Load, readonly Round[]>): void {
  let lost = 0;
  for (const [share, rounds] of found) {
    const name = nameOf(share);
    if (rounds.length === 0) {
      notes.push(`${name}: the machine was never steady enough.`);
      continue;
    }
    const of = (figure: (round: Round) => number) => median(rounds.map(figure));
    lost += rounds.reduce((sum, round) => sum + round.lost, 0);
    // No more can be stored than is offered.
    results.add(
      name,
      of(({ inTime }) => inTime),
      'messages/s',
      { over: of(possible) },
    );
    results.add(
      `${name}.p99-ms`,
      of(({ times }) => times.p99),
      'ms',
    );
    results.add(
      `${name}.refused`,
      of(({ refused }) => refused),
      'requests/s',
    );
    results.add(
      `${name}.own-lag-p99`,
      of(({ ownLagP99 }) => ownLagP99),
      'ms',
    );
    results.add(`${name}.least-connection`, leastShare(rounds), 'of the median');
    notes.push(`${name}, each round: ${rounds.map((round) => (round.inTime / possible(round)).toFixed(3)).join(', ')}`);
  }
  results.add('server.goodput.lost', lost, 'requests');
}

const possible = ({ capacity, offered }: Round) => Math.min(capacity, offered);

/** What the connection got that got least, over all rounds. */
function leastShare(rounds: readonly Round[]): number {
  const sums = rounds[0]!.byConnection.map((_, i) => rounds.reduce((sum, round) => sum + round.byConnection[i]!, 0));
  return Math.min(...sums) / median(sums);
}

async function newcomersSection({ effort, progress, results }: Bench, { load, port }: Parts): Promise<void> {
  const { rounds, ms, warmUpMs, capacityMs } = effort.goodput;
  const child = Child.start<NewcomersChild>('newcomers');
  const [probes, crowds]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    progress.tell(`newcomers, round ${round + 1} of ${rounds}`);
    const perSecond = newcomersAt * (await load.ask('capacity', port, pairs, capacityMs));
    const loaded = load.ask('run', { port, pairs, perSecond, ms: 2 * ms + warmUpMs, warmUpMs });
    await new Promise((resolve) => setTimeout(resolve, warmUpMs));
    probes.push(await child.ask('probes', port, ms, probeEveryMs));
    crowds.push(await child.ask('crowd', port, crowd));
    await loaded;
  }
  results.add(newcomers[0], median(probes), 'ms');
  results.add(newcomers[1], median(crowds), 's');
  await child.close();
}
