// One gate call: ours, what waiting alone costs, and the peers.

import type { Bench } from '../bench.js';
import type { Pause } from '../call-times.js';
import { Child, canPin } from '../child.js';
import type { GateChild, Surroundings } from '../children/gate.js';
import type { PeersChild } from '../children/peers.js';
import type { ContenderName } from '../contenders/contender.js';
import { hosting } from '../hosting.js';
import { interleaved } from '../rounds.js';
import { medianSummary, type Summary } from '../samples.js';

export const gaps = [0, 20, 100, 300, 1000, 5000] as const;

export const peers = ['synckit', 'make-synchronous', 'piscina', 'comlink', 'http', 'grpc'] as const;

const atEveryGap = ['raw-spin', 'raw-park', 'ours'] as const;

/**
 * A server whose messages come closer than this works in between; with wider gaps it mostly sleeps. (A request takes
 * some 25 µs of the server's thread, and no thread can sleep for 20 or 100 µs anyway.)
 */
const asleepFromUs = 300;

const cpu = 0;

/** One place to measure at: both CPUs or one, a gap, and what the caller does in it. */
interface Place {
  readonly prefix: string;
  readonly gapUs: number;
  readonly pause: Pause;
}

export async function gateSection(bench: Bench): Promise<void> {
  await measure(bench, placesOf(bench, 'gate.'), {});
  const pinned = placesOf(bench, 'gate.one-cpu.');
  if (await canPin(cpu)) await measure(bench, pinned, { cpu });
  else if (pinned.length > 0) bench.notes.push(`gate.one-cpu: left out, as taskset or CPU ${cpu} is missing here.`);
}

/** Where to measure, as far as it is wanted. */
function placesOf(bench: Bench, prefix: string): Place[] {
  const places = gaps.map<Place>((gapUs) => ({ prefix, gapUs, pause: gapUs < asleepFromUs ? 'busy' : 'asleep' }));
  const asleep = places.filter(({ pause }) => pause === 'asleep');
  const busy = bench.effort.gate.busyGaps ? asleep.map<Place>((place) => ({ ...place, pause: 'busy' })) : [];
  return [...places, ...busy].filter((place) => bench.wants(...namesOf(place)));
}

function namesOf(place: Place): string[] {
  const { prefix, gapUs } = place;
  const label = labelOf(place);
  const hot = gapUs === 0 && !isPinned(place) ? [`${prefix}hot`, ...hotRatios] : [];
  return [`${prefix}${label}.vs-raw-park`, ...atEveryGap.map((name) => `${prefix}${name}.${label}`), ...hot];
}

const hotRatios = ['raw-spin', ...peers].map((name) => `gate.hot.vs-${name}`);

const labelOf = ({ gapUs, pause }: Place) => `${gapUs >= asleepFromUs && pause === 'busy' ? 'busy-' : ''}gap-${gapUs}`;

const isPinned = ({ prefix }: Place) => prefix !== 'gate.';

async function measure(bench: Bench, places: readonly Place[], pin: { cpu?: number }): Promise<void> {
  if (places.length === 0) return;
  const child = Child.start<GateChild>('gate', pin);
  const others = Child.start<PeersChild>('peers');
  const around: Surroundings = { hosting: hosting({ allow: 1 }), ports: await others.ask('open') };
  const contendersAt = (place: Place) =>
    place.gapUs === 0 && !isPinned(place) ? [...atEveryGap, ...peers] : atEveryGap;
  await child.ask('open', contendersAt(places[0]!), around);
  await warmUp(child);
  for (const place of places) tell(bench, place, await times(bench, child, contendersAt(place), place));
  await child.ask('close');
  await child.close();
  await others.close();
}

/** Code that has been called a few hundred times only, as at the longest gap, is not compiled yet. */
async function warmUp(child: Child<GateChild>): Promise<void> {
  for (const name of ['raw-park', 'ours'] as const) {
    await child.ask('round', name, { gapUs: 0, pause: 'busy', ms: 300, callsMin: 0 });
  }
}

/** The summary of each contender; a first round warms up and is thrown away. */
async function times(
  bench: Bench,
  child: Child<GateChild>,
  contenders: readonly ContenderName[],
  place: Place,
): Promise<Partial<Record<ContenderName, Summary>>> {
  const { rounds, ms, callsMin } = bench.effort.gate;
  const outcomes = await interleaved(contenders, rounds + 1, (name, round) => {
    bench.progress.tell(`${place.prefix}${labelOf(place)}, ${name}, round ${round} of ${rounds}`);
    // On one CPU each spinning call takes some time slices of the scheduler: a few tell enough.
    const few = name === 'raw-spin' && isPinned(place);
    return child.ask('round', name, { ...place, ms, callsMin: few ? 5 : callsMin });
  });
  return Object.fromEntries(contenders.map((name) => [name, medianSummary(outcomes[name].slice(1))]));
}

function tell(bench: Bench, place: Place, found: Partial<Record<ContenderName, Summary>>): void {
  const { prefix, gapUs } = place;
  const { results } = bench;
  const label = labelOf(place);
  for (const [name, summary] of Object.entries(found)) {
    for (const [figure, us] of Object.entries(summary)) results.add(`${prefix}${name}.${label}.${figure}`, us, 'µs');
  }
  const { ours, 'raw-park': park, 'raw-spin': spin } = found as Record<ContenderName, Summary>;
  results.add(`${prefix}${label}.vs-raw-park`, ours.mean, 'µs', { over: park.mean });
  if (gapUs === 0 && !isPinned(place)) {
    results.add('gate.hot.vs-raw-spin', ours.p50, 'µs', { over: spin.p50 });
    for (const peer of peers) results.add(`gate.hot.vs-${peer}`, ours.p50, 'µs', { under: found[peer]!.p50 });
  }
}
