// A plugin that ends during a gate call, and a supervisor that ends: how long that takes, and how soon plugins answer.

import type { HostOptions } from '@gatehouse/host';
import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { HostChild } from '../children/host.js';
import { type Fixture, hosting } from '../hosting.js';
import { median } from '../samples.js';

interface End {
  /** Of its two results. */
  readonly name: string;
  readonly plugin: Fixture;
  readonly home: NonNullable<HostOptions['isolation']>[string];
}

const ends: readonly End[] = [
  { name: 'fault.crash', plugin: 'exit', home: 'hardened-thread' },
  // From the first byte that it takes: that it fills its cap is part of the time.
  { name: 'fault.oom', plugin: 'exhaust', home: 'hardened-thread' },
  { name: 'process.crash', plugin: 'exit', home: 'process' },
];

export async function faultsSection(bench: Bench): Promise<void> {
  for (const end of ends) await measure(bench, end);
  await withSpare(bench);
  await endOfSupervisor(bench);
}

/** Three ends within a minute are too many, so that each host has two. */
async function endOfSupervisor({ wants, effort, results, progress }: Bench): Promise<void> {
  const name = 'fault.supervisor-end-to-ready-ms';
  if (!wants(name)) return;
  const times: number[] = [];
  for (let round = 1; round <= effort.faults.rounds; round++) {
    progress.tell(`${name}, round ${round} of ${effort.faults.rounds}`);
    const child = Child.start<HostChild>('host');
    await child.ask('open', hosting({ exit: 3 }));
    for (let end = 0; end < 2; end++) times.push(await child.ask('endSupervisor'));
    await child.close();
  }
  results.add(name, median(times), 'ms');
}

/**
 * The same as `fault.crash`, each time once the plugins share a spare thread. Not on a Node that cannot narrow one:
 * there a plugin has its own from its second crash on, which waits 100 ms besides.
 */
async function withSpare({ wants, effort, results, progress }: Bench): Promise<void> {
  const name = 'fault.crash-to-next-answer-ms.spare';
  if (!wants(name)) return;
  const child = Child.start<HostChild>('host');
  await child.ask('open', { ...hosting({ exit: 1 }), isolation: { 'exit-1': 'hardened-thread' } });
  const times: number[] = [];
  for (let round = 1; round <= effort.faults.crashes && (await child.ask('hasSpare')); round++) {
    progress.tell(`${name}, round ${round} of ${effort.faults.crashes}`);
    times.push((await child.ask('crash')).nextAnswer);
  }
  if (times.length > 0) results.add(name, median(times), 'ms');
  await child.close();
}

async function measure({ wants, effort, results, progress }: Bench, { name, plugin, home }: End): Promise<void> {
  const names = [`${name}-to-decision-ms`, `${name}-to-next-answer-ms`] as const;
  if (!wants(...names)) return;
  const child = Child.start<HostChild>('host');
  await child.ask('open', { ...hosting({ [plugin]: 1 }), isolation: { [`${plugin}-1`]: home } });
  const outcomes: Awaited<ReturnType<HostChild['crash']>>[] = [];
  for (let round = 1; round <= effort.faults.crashes; round++) {
    progress.tell(`${name}, round ${round} of ${effort.faults.crashes}`);
    outcomes.push(await child.ask('crash'));
  }
  results.add(names[0], median(outcomes.map(({ decision }) => decision)), 'ms');
  results.add(names[1], median(outcomes.map(({ nextAnswer }) => nextAnswer)), 'ms');
  await child.close();
}
