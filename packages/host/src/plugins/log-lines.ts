// The lines that the host itself writes about its plugins, and those that it passes on for them.

import type { Logger } from 'pino';
import { stateMeanings } from '../contract/plugin-state.js';
import { type LogRecord, logLevels } from '../contract/session-contract.js';
import type { StateChange } from '../contract/status.js';
import type { InstalledPlugin } from './installed-plugin.js';

/** Logs a change of state at the level of the new one. */
export function logChange(logger: Logger, { plugin, from, to, reason }: StateChange): void {
  const level = stateMeanings[to].logLevel;
  logger[level]({ plugin, from, to, reason }, `${plugin} is ${to}${reason === '' ? '' : `: ${reason}`}`);
}

/**
 * Logs a plugin's own line. Its fields stand under a key of their own, so that they can pass for no field of the
 * host's. The record comes from the plugin's thread: its level is checked before it is used.
 */
export function logRecord(logger: Logger, plugin: string, { level, fields, message }: LogRecord): void {
  const known = logLevels.includes(level) ? level : 'info';
  logger[known](Object.keys(fields).length === 0 ? { plugin } : { plugin, fields }, message);
}

export function logStillStarting(logger: Logger, plugins: readonly string[], readyMs: number): void {
  if (plugins.length === 0) return;
  logger.warn(`still starting after ${readyMs} ms, and unavailable until they are ready: ${plugins.join(', ')}`);
}

/** Warns of guards that are enabled and do not run because their folder is broken or gone. */
export function logAbsent(logger: Logger, plugins: readonly InstalledPlugin[], missing: readonly string[]): void {
  for (const { name: plugin, reason, enabled, state } of plugins) {
    if (!enabled || state !== 'invalid') continue;
    logger.error({ plugin, reason }, `${plugin} is enabled, and broken: it does not run: ${reason}`);
  }
  for (const plugin of missing) {
    logger.error({ plugin }, `${plugin} is enabled, and in none of the plugin folders: it does not run`);
  }
}

/** Warns of policies for plugins that do not exist: the name may be mistyped, or dropped in later. */
export function logUnknownPolicies(logger: Logger, policies: object, plugins: readonly InstalledPlugin[]): void {
  const known = plugins.map(({ name }) => name);
  for (const name of Object.keys(policies)) {
    if (!known.includes(name)) logger.warn(`policies.${name}: no plugin is named ${name}`);
  }
}
