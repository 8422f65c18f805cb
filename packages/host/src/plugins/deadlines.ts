// Warns of deadlines that the budget of the gate does not leave room for, where somebody chose them.

import { gateHooks } from '../asking/routes.js';
import type { ChainOrder } from '../contract/chain-order.js';
import { isOptional } from '../contract/policy.js';
import type { InstalledPlugin } from './installed-plugin.js';

export interface BudgetOptions {
  readonly budgetMs: number;
  /** Somebody chose the budget. */
  readonly isBudgetSet: boolean;
  readonly chain: ChainOrder;
}

/** A sentence for each gate hook whose guards may take longer together than the budget allows. */
export function complaintsOfDeadlines(
  plugins: readonly InstalledPlugin[],
  { budgetMs, isBudgetSet, chain }: BudgetOptions,
): readonly string[] {
  if (chain === 'parallel') return [];
  return gateHooks.flatMap((hook) => {
    const guards = plugins.filter((plugin) => isGuardOf(plugin, hook));
    const sumMs = guards.reduce((sum, { deadlineMs }) => sum + deadlineMs, 0);
    const isChosen = isBudgetSet || guards.some((plugin) => hasOwnDeadline(plugin));
    if (sumMs <= budgetMs || !isChosen) return [];
    const named = guards.map(({ name, deadlineMs }) => `${name} (${deadlineMs} ms)`).join(', ');
    return [
      `${hook}: the deadlines of ${named} come to ${sumMs} ms, and gate.budgetMs is ${budgetMs}: the last ones may not ` +
        'be asked in time. Lower deadlineMs in their manifests, or raise the budget',
    ];
  });
}

/** A plugin without which a message is not let through. */
function isGuardOf(plugin: InstalledPlugin, hook: (typeof gateHooks)[number]): boolean {
  return plugin.enabled && plugin.implements(hook) && !isOptional(plugin);
}

function hasOwnDeadline({ found }: InstalledPlugin): boolean {
  return found.kind === 'valid' && found.manifest.isDeadlineSet;
}
