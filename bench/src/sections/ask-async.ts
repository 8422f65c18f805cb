// Asking without blocking: what it costs, and what a server with a plugin that waits still does for others.

import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { ArrivalFigures, ArrivalsChild } from '../children/arrivals.js';
import type { HostChild } from '../children/host.js';
import type { ServerChild, Way } from '../children/server.js';
import { hosting } from '../hosting.js';
import { interleaved } from '../rounds.js';
import { median } from '../samples.js';

/** Messages that a server gets, per second. A blocking call of 10 ms for each leaves room for not even 100. */
const rates = { none: 600, async: 600, blocking: 150 } as const;
/** Requests of the unrelated route, per second: few, so that they are no load. */
const probesPerSecond = 50;
/** Events that are asked at once. */
const many = 64;

const callNames = ['ask-async.hot-vs-ask', 'ask-async.hot-64-vs-ask'] as const;
const throughput = 'ask-async.throughput-at-600';
const route = 'ask-async.route-p50-vs-no-plugins';
const serverNames = [throughput, route, 'ask-async.route', 'ask-async.none', 'ask-async.blocking'] as const;

type WayName = keyof typeof rates;
const wayNames = Object.keys(rates) as readonly WayName[];

const waysOf = (): Record<WayName, Way> => ({
  none: { kind: 'none' },
  async: { kind: 'host', hosting: hosting({ wait: 1 }), asks: 'async' },
  blocking: { kind: 'host', hosting: hosting({ wait: 1 }), asks: 'each' },
});

/** A round of a server: the messages that it was sent, and meanwhile the requests of its unrelated route. */
interface Round {
  readonly messages: ArrivalFigures;
  readonly unrelated: ArrivalFigures;
}

type Rounds = Record<WayName, readonly Round[]>;

export async function askAsyncSection(bench: Bench): Promise<void> {
  if (bench.wants(...callNames)) await calls(bench);
  if (bench.wants(...serverNames)) tellServers(bench, await servers(bench));
}

/** One event after the other, and many at once, of a plugin that answers at once. */
async function calls({ effort, results, progress }: Bench): Promise<void> {
  const { rounds, callsMs: ms } = effort.askAsync;
  const child = Child.start<HostChild>('host');
  await child.ask('open', hosting({ allow: 1 }));
  const outcomes = await interleaved(['ask', 'one', 'many'], rounds + 1, async (kind) => {
    progress.tell(`calls, ${kind}`);
    if (kind !== 'ask') return child.ask('asyncCalls', ms, kind === 'one' ? 1 : many);
    return (await child.ask('calls', { gapUs: 0, pause: 'busy', ms, callsMin: 100 })).p50;
  });
  // The first round warms up.
  const of = (kind: keyof typeof outcomes) => median(outcomes[kind].slice(1));
  results.add(callNames[0], of('one'), 'µs', { over: of('ask') });
  results.add(callNames[1], of('many'), 'µs', { over: of('ask') });
  await child.close();
}

async function servers({ effort, progress }: Bench): Promise<Rounds> {
  const { rounds, ms, warmUpMs } = effort.askAsync;
  const ports = {} as Record<WayName, number>;
  const started: Child<ServerChild>[] = [];
  for (const [name, way] of Object.entries(waysOf()) as [WayName, Way][]) {
    const server = Child.start<ServerChild>('server');
    started.push(server);
    ports[name] = await server.ask('open', way);
  }
  // Two processes, so that the unrelated route's requests do not queue behind messages in that of the load.
  const [load, probes] = [Child.start<ArrivalsChild>('arrivals'), Child.start<ArrivalsChild>('arrivals')];
  const outcomes = await interleaved(wayNames, rounds + 1, async (name, round): Promise<Round> => {
    progress.tell(`${name}, ${rates[name]}/s, round ${round} of ${rounds}`);
    const times = { port: ports[name], ms, warmUpMs };
    const [messages, unrelated] = await Promise.all([
      load.ask('run', { ...times, requests: 'messages', perSecond: rates[name] }),
      probes.ask('run', { ...times, requests: 'unrelated', perSecond: probesPerSecond }),
    ]);
    return { messages, unrelated };
  });
  await Promise.all([...started, load, probes].map((child) => child.close()));
  // The first round warms up.
  return { none: outcomes.none.slice(1), async: outcomes.async.slice(1), blocking: outcomes.blocking.slice(1) };
}

function tellServers({ notes, results }: Bench, rounds: Rounds): void {
  const of = (name: WayName, figure: (round: Round) => number) => median(rounds[name].map(figure));
  const routeP50 = (round: Round) => round.unrelated.times.p50;
  results.add(throughput, passed(rounds.async), 'of the messages');
  for (const figure of ['p50', 'p99'] as const) {
    results.add(
      `${throughput}.${figure}-ms`,
      of('async', ({ messages }) => messages.times[figure]),
      'ms',
    );
  }
  results.add(route, of('async', routeP50), 'ms', { over: of('none', routeP50) });
  const routeP99 = (name: WayName) => of(name, ({ unrelated }) => unrelated.times.p99);
  results.add('ask-async.route-p99-ms', routeP99('async'), 'ms', { over: routeP99('none') });
  results.add('ask-async.none.passed', passed(rounds.none), 'of the messages');
  results.add('ask-async.blocking.passed-at-150', passed(rounds.blocking), 'of the messages');
  results.add('ask-async.blocking.route-p50-ms', of('blocking', routeP50), 'ms', { over: of('none', routeP50) });
  for (const name of wayNames) notes.push(`ask-async, ${name}, by round: ${outcomesOf(rounds[name])}.`);
  const lag = Math.max(...wayNames.map((name) => of(name, ({ messages }) => messages.ownLagP99)));
  notes.push(`ask-async: the load was up to ${lag.toFixed(1)} ms late with 1 % of its messages.`);
}

/** Returns the outcomes of the messages by round. */
function outcomesOf(rounds: readonly Round[]): string {
  const parts = rounds.map(({ messages: { due, passed, late, refused, lost } }) => {
    return `${passed} of ${due} passed, ${late} late, ${refused} refused, ${lost} lost`;
  });
  return parts.join('; ');
}

/** Returns the share of all messages that passed in time. */
function passed(rounds: readonly Round[]): number {
  const sum = (figure: 'due' | 'passed') => rounds.reduce((all, { messages }) => all + messages[figure], 0);
  return sum('passed') / sum('due');
}
