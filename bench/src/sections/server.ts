// A saturated HTTP server, with its messages decided in different ways.

import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { LoadChild, LoadFigures } from '../children/load.js';
import type { Asks, ServerChild, Way } from '../children/server.js';
import { hosting } from '../hosting.js';
import { interleaved } from '../rounds.js';
import { median } from '../samples.js';

export const connections = [1, 4, 32, 256] as const;

const host = (plugins: number, gate = {}, asks: Asks = 'gathered'): Way => ({
  kind: 'host',
  hosting: hosting({ allow: plugins }, gate),
  asks,
});

const ways = {
  none: () => ({ kind: 'none' }),
  function: () => ({ kind: 'function' }),
  'one-plugin': () => host(1),
  'three-plugins': () => host(3),
  'three-parallel': () => host(3, { chain: 'parallel' }),
  'one-ungathered': () => host(1, {}, 'each'),
  'one-park': () => host(1, { wait: 'park' }),
  'one-ungathered-park': () => host(1, { wait: 'park' }, 'each'),
  piscina: () => ({ kind: 'piscina' }),
} as const satisfies Record<string, () => Way>;

export type WayName = keyof typeof ways;

export const wayNames = Object.keys(ways) as readonly WayName[];

/** At other numbers of connections than this, the number is part of a result's name. */
const usual = 32;

/** What the comparisons that have a goal are made of. */
const compared: readonly WayName[] = ['none', 'one-plugin'];

export async function serverSection(bench: Bench): Promise<void> {
  const plan = connections.map((count) => ({ count, names: waysAt(bench, count) })).filter(({ names }) => names.length);
  const needed = wayNames.filter((name) => plan.some(({ names }) => names.includes(name)));
  if (needed.length === 0) return;
  const load = Child.start<LoadChild>('load');
  const ports = new Map<WayName, number>();
  const servers: Child<ServerChild>[] = [];
  for (const name of needed) {
    bench.progress.tell(`starting ${name}`);
    const server = Child.start<ServerChild>('server');
    servers.push(server);
    ports.set(name, await server.ask('open', ways[name]()));
    await load.ask('run', { port: ports.get(name)!, connections: usual, ms: bench.effort.server.warmUpMs });
  }
  for (const { count, names } of plan) tell(bench, count, await throughput(bench, load, ports, count, names));
  await Promise.all([...servers, load].map((child) => child.close()));
}

/** What to measure at so many connections: what is wanted, and what it is compared with. */
function waysAt(bench: Bench, count: number): readonly WayName[] {
  const possible = bench.effort.server.all || count === usual ? wayNames : compared;
  const wanted = possible.filter((name) => bench.wants(...namesOf(name, count)));
  const bases = wanted.flatMap((name): WayName[] =>
    name === 'one-plugin' ? ['none', 'one-ungathered-park'] : ['none'],
  );
  return possible.filter((name) => wanted.includes(name) || bases.includes(name));
}

function namesOf(name: WayName, count: number): string[] {
  const against = name === 'one-plugin' && count === usual ? [`server.${name}.vs-ungathered-park`] : [];
  return [`server.${name}.c${count}`, ratioName(name, count, 'none'), ...against];
}

const ratioName = (name: WayName, count: number, base: string) =>
  `server.${name}${count === usual ? '' : `.c${count}`}.vs-${base}`;

async function throughput(
  bench: Bench,
  load: Child<LoadChild>,
  ports: ReadonlyMap<WayName, number>,
  count: number,
  names: readonly WayName[],
): Promise<Record<string, LoadFigures[]>> {
  const { rounds, ms } = bench.effort.server;
  return interleaved(names, rounds, (name, round) => {
    bench.progress.tell(`${count} connections, ${name}, round ${round + 1} of ${rounds}`);
    return load.ask('run', { port: ports.get(name)!, connections: count, ms });
  });
}

function tell({ results }: Bench, count: number, outcomes: Record<string, LoadFigures[]>): void {
  const of = (name: string, figure: keyof LoadFigures) => median(outcomes[name]!.map((round) => round[figure]));
  const none = of('none', 'perSecond');
  for (const name of Object.keys(outcomes) as WayName[]) {
    const perSecond = of(name, 'perSecond');
    results.add(`server.${name}.c${count}`, perSecond, 'requests/s');
    results.add(`server.${name}.c${count}.p50`, of(name, 'p50'), 'ms');
    results.add(`server.${name}.c${count}.p99`, of(name, 'p99'), 'ms');
    if (name !== 'none') results.add(ratioName(name, count, 'none'), perSecond, 'requests/s', { over: none });
  }
  if (!outcomes['one-plugin'] || !outcomes['one-ungathered-park']) return;
  const parked = of('one-ungathered-park', 'perSecond');
  const name = ratioName('one-plugin', count, 'ungathered-park');
  results.add(name, of('one-plugin', 'perSecond'), 'requests/s', { over: parked });
}
