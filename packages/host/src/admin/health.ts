// The health of the host: its plugins in numbers, and its conditions.

import { type Condition, healthStatusOf, withoutReason } from '../contract/conditions.js';
import { pluginStates } from '../contract/plugin-state.js';
import type { AdministeredHost } from './administered-host.js';
import type { HealthAnswer, PluginAnswer } from './answers.js';

/** Returns the conditions of whatever the host is part of. */
export type OtherConditions = () => Promise<readonly Condition[]>;

/** Returns a function that asks the host. Anybody may ask, so concurrent callers share one answer. Starts nothing. */
export function healthOf(
  host: Pick<AdministeredHost, 'list' | 'conditions'>,
  others: OtherConditions = async () => [],
): () => Promise<HealthAnswer> {
  let asking: Promise<HealthAnswer> | undefined;
  const ask = async () => {
    const [plugins, ofOthers] = await Promise.all([host.list(), others()]);
    return summary(plugins, [...host.conditions(), ...ofOthers]);
  };
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

function summary(plugins: readonly PluginAnswer[], conditions: readonly Condition[]): HealthAnswer {
  const counts = Object.fromEntries(pluginStates.map((state) => [state, 0]));
  for (const { state } of plugins) counts[state] = (counts[state] ?? 0) + 1;
  const status = healthStatusOf(conditions);
  return { ok: status !== 'failing', status, plugins: counts, conditions: conditions.map(withoutReason) };
}
