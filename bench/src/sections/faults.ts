// A plugin that ends its thread during a gate call: how long the call takes then, and how soon another is answered.

import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { HostChild } from '../children/host.js';
import { hosting } from '../hosting.js';
import { median } from '../samples.js';

const names = ['fault.crash-to-decision-ms', 'fault.crash-to-next-answer-ms'] as const;

export async function faultsSection({ wants, effort, results, progress }: Bench): Promise<void> {
  if (!wants(...names)) return;
  const child = Child.start<HostChild>('host');
  await child.ask('open', hosting({ exit: 1 }));
  const outcomes: Awaited<ReturnType<HostChild['crash']>>[] = [];
  for (let round = 1; round <= effort.faults.crashes; round++) {
    progress.tell(`a plugin exits, round ${round} of ${effort.faults.crashes}`);
    outcomes.push(await child.ask('crash'));
  }
  results.add('fault.crash-to-decision-ms', median(outcomes.map(({ decision }) => decision)), 'ms');
  results.add('fault.crash-to-next-answer-ms', median(outcomes.map(({ nextAnswer }) => nextAnswer)), 'ms');
  await child.close();
}
