// How the plugins are, in numbers.

import type { AdministeredHost } from './administered-host.js';
import { type HealthAnswer, type PluginAnswer, pluginStates } from './answers.js';

/** Asks the host. Callers who ask at the same time share one answer, as anybody may ask and it costs a look at disks. */
export function healthOf(host: Pick<AdministeredHost, 'list'>): () => Promise<HealthAnswer> {
  let asking: Promise<HealthAnswer> | undefined;
  return () => {
    asking ??= host
      .list()
      .then(summary)
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
}

function summary(plugins: readonly PluginAnswer[]): HealthAnswer {
  const counts = Object.fromEntries(pluginStates.map((state) => [state, 0]));
  for (const { state } of plugins) counts[state] = (counts[state] ?? 0) + 1;
  const down = plugins.some(({ enabled, state }) => enabled && ['failed', 'quarantined', 'invalid'].includes(state));
  return { ok: !down, plugins: counts };
}
