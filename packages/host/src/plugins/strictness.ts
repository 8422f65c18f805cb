// The demand of a strict host on its start: every enabled plugin is ready.

import { GatehouseError } from '../contract/errors.js';
import type { InstalledPlugin } from './installed-plugin.js';

/** @throws GatehouseError PLUGINS_NOT_READY naming every enabled plugin that is not ready, and why */
export function assertReady(plugins: readonly InstalledPlugin[], readyMs: number): void {
  const absent = plugins.filter(({ enabled, state }) => enabled && state !== 'ready');
  if (absent.length === 0) return;
  const words = absent.map((plugin) => `${plugin.name} is ${plugin.state}${reasonOf(plugin, readyMs)}`);
  const [only] = absent;
  throw new GatehouseError('PLUGINS_NOT_READY', `strict: ${words.join('; ')}`, {
    ...(absent.length === 1 && { plugin: only!.name }),
  });
}

function reasonOf({ state, reason }: InstalledPlugin, readyMs: number): string {
  if (reason !== '') return `: ${reason}`;
  return state === 'starting' ? ` after ${readyMs} ms (readyMs)` : '';
}
