// Ten plugins at rest, which should cost nothing, and ten that hang at once, which must not cost more than the budget.

import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { HostChild } from '../children/host.js';
import { hosting } from '../hosting.js';
import { interleaved } from '../rounds.js';

const budgetMs = 40;
/** Such that one after the other uses up the budget, as each is let pass and the next one asked. */
const deadlineMs = 15;

export async function restSection(bench: Bench): Promise<void> {
  if (bench.wants('idle.ten-plugins.cpu-percent')) await idle(bench);
  if (bench.wants('fault.hang-decision-over-budget-ms')) await hangs(bench);
}

async function idle({ effort, results, progress }: Bench): Promise<void> {
  progress.tell('ten plugins at rest');
  const child = Child.start<HostChild>('host');
  await child.ask('open', hosting({ allow: 5, observe: 5 }));
  // Some calls first: what is at rest has been busy before.
  await child.ask('calls', { gapUs: 0, pause: 'busy', ms: 200, callsMin: 100 });
  results.add('idle.ten-plugins.cpu-percent', await child.ask('idleCpu', effort.idle.ms, effort.idle.settleMs), '%');
  await child.close();
}

async function hangs({ effort, results, progress }: Bench): Promise<void> {
  const chains = ['sequential', 'parallel'] as const;
  const children = chains.map((chain) => [chain, Child.start<HostChild>('host')] as const);
  for (const [chain, child] of children) {
    const host = hosting({ hang: 10 }, { chain, budgetMs, graceMs: 0 }, deadlineMs);
    const policies = Object.fromEntries(host.plugins.map((name) => [name, 'continue'] as const));
    await child.ask('open', { ...host, policies });
  }
  const byChain = new Map(children);
  const outcomes = await interleaved(chains, effort.faults.rounds, (chain) => {
    progress.tell(`ten plugins hang, ${chain}`);
    return byChain.get(chain)!.ask('hang');
  });
  const worst = Math.max(...outcomes.sequential, ...outcomes.parallel);
  results.add('fault.hang-decision-over-budget-ms', worst - budgetMs, 'ms');
  for (const [, child] of children) await child.close();
}
