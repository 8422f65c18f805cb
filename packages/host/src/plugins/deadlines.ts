// Warns of deadlines that exceed the budget of the gate, if either was chosen explicitly.

import type { AnyHookSet } from '@gatehouse/plugin-api/hooks';
import type { ChainOrder } from '../contract/chain-order.js';
import { gateHooksOf } from '../contract/hook-set.js';
import { isOptional } from '../contract/policy.js';
import type { InstalledPlugin } from './installed-plugin.js';

export interface BudgetOptions {
  readonly budgetMs: number;
  /** The budget was set explicitly. */
  readonly isBudgetSet: boolean;
  readonly chain: ChainOrder;
  readonly hooks: AnyHookSet;
}

/** Returns a sentence for each gate hook whose guards may together take longer than the budget. */
export function complaintsOfDeadlines(
  plugins: readonly InstalledPlugin[],
  { budgetMs, isBudgetSet, chain, hooks }: BudgetOptions,
): readonly string[] {
  if (chain === 'parallel') return [];
  return gateHooksOf(hooks).flatMap((hook) => {
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

/** Whether no message is let through without the plugin's verdict. */
function isGuardOf(plugin: InstalledPlugin, hook: string): boolean {
  return plugin.enabled && plugin.implements(hook) && !isOptional(plugin);
}

function hasOwnDeadline({ found }: InstalledPlugin): boolean {
  return found.kind === 'valid' && found.manifest.isDeadlineSet;
}
