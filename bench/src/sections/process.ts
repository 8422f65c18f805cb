// A plugin in a process of its own, against the same in a thread: both parked, as nothing spins across a pipe.

import type { Bench } from '../bench.js';
import type { RoundSpec } from '../call-times.js';
import { Child } from '../child.js';
import type { HostChild } from '../children/host.js';
import { hosting } from '../hosting.js';
import { interleaved } from '../rounds.js';
import { median } from '../samples.js';

const homes = ['hardened-thread', 'process'] as const;

/** Calls that come this far apart find everybody asleep, who is what a server with little to do finds. */
const spec: RoundSpec = { gapUs: 1000, pause: 'asleep', ms: 300, callsMin: 150 };

export async function processSection({ wants, effort, results, progress }: Bench): Promise<void> {
  if (!wants('process.gate.vs-parked-thread')) return;
  const children = new Map<string, Child<HostChild>>();
  for (const home of homes) {
    const child = Child.start<HostChild>('host');
    await child.ask('open', { ...hosting({ allow: 1 }, { wait: 'park' }), isolation: { 'allow-1': home } });
    children.set(home, child);
  }
  const outcomes = await interleaved(homes, effort.batch.rounds + 1, (home, round) => {
    progress.tell(`a plugin in a ${home}, round ${round} of ${effort.batch.rounds}`);
    return children.get(home)!.ask('calls', spec);
  });
  const [thread, own] = homes.map((home) => median(outcomes[home].slice(1).map(({ p50 }) => p50)));
  results.add('process.gate.vs-parked-thread', own!, 'µs', { over: thread! });
  for (const child of children.values()) await child.close();
}
