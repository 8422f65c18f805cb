// Log lines about plugins, written by the host itself or forwarded from plugins.

import { didYouMean } from '@gatehouse/support/did-you-mean';
import { GatehouseError } from '../contract/errors.js';
import type { HostLog } from '../contract/host-log.js';
import { type PluginState, stateMeanings } from '../contract/plugin-state.js';
import { type LogRecord, logLevels } from '../contract/session-contract.js';
import type { StateChange, SupervisorStatus } from '../contract/status.js';
import type { Finding } from './findings-log.js';
import type { PassedOver } from './found/found-plugin.js';
import type { InstalledPlugin } from './installed-plugin.js';

/** Logs a change of state at the level of the new state. */
export function logChange(logger: HostLog, { plugin, from, to, reason }: StateChange, isEnabled: boolean): void {
  const level = stateMeanings[to].logLevel;
  const words = to === 'disabled' && isEnabled ? notByOperators(from) : to;
  logger[level]({ plugin, from, to, reason }, `${plugin} is ${words}${reason === '' ? '' : `: ${reason}`}`);
}

/** Words the step of an enabled plugin to `disabled`, which no operator has asked for. */
function notByOperators(from: PluginState): string {
  return stateMeanings[from].runs ? 'stopped' : 'found';
}

/** Logs a change of the supervisor. Without a supervisor, no plugin runs. */
export function logSupervisor(logger: HostLog, { state, reason, ends }: SupervisorStatus): void {
  if (state === 'running') logger.warn({ ends }, `another supervisor runs, after: ${reason}`);
  else if (state === 'restarting') logger.error({ ends, reason }, `${reason}; another takes its place`);
  else logger.fatal({ ends, reason }, `${reason}; no plugin runs any more`);
}

/**
 * Logs a plugin's own line. Its fields are nested under one key, so that they cannot be mistaken for fields of the
 * host. The record comes from the plugin's thread, so its level is checked before use.
 */
export function logRecord(logger: HostLog, plugin: string, { level, fields, message }: LogRecord): void {
  const known = logLevels.includes(level) ? level : 'info';
  logger[known](Object.keys(fields).length === 0 ? { plugin } : { plugin, fields }, message);
}

export function logStillStarting(logger: HostLog, plugins: readonly string[], readyMs: number): void {
  if (plugins.length === 0) return;
  logger.warn(`still starting after ${readyMs} ms, and unavailable until they are ready: ${plugins.join(', ')}`);
}

/** Logs the plugins that are enabled but do not run because they are broken, missing, or not the ones meant. */
export function logAbsent(logger: HostLog, plugins: readonly InstalledPlugin[]): void {
  for (const { name: plugin, reason, enabled, state } of plugins) {
    if (!enabled || (state !== 'invalid' && state !== 'missing')) continue;
    logger.error({ plugin, reason }, `${plugin} is enabled and ${state}, so it does not run: ${reason}`);
  }
}

/** Logs what is not in order with the files of the plugins that a scan has found. */
export function logFinding(logger: HostLog, { plugin, reason }: Finding): void {
  logger.warn({ plugin, reason }, `${plugin}: ${reason}`);
}

/** The most entries that one line names. */
const entriesMax = 20;

/** Logs what lies in plugin folders and is no plugin, because it may have been meant to be one. */
export function logPassedOver(logger: HostLog, entries: readonly PassedOver[]): void {
  const named = entries.slice(0, entriesMax).map(({ path, why }) => `${path} (${why})`);
  const more = entries.length > entriesMax ? `, and ${entries.length - entriesMax} more` : '';
  logger.info(`in plugin folders, but no plugins: ${named.join(', ')}${more}`);
}

/** Logs the plugins that a setting enables and an operator has disabled since: the stored choice counts. */
export function logOverruled(logger: HostLog, names: readonly string[]): void {
  for (const plugin of names) {
    logger.warn({ plugin }, `${plugin} is named in \`enabled\`, but an operator has disabled it, so it does not run`);
  }
}

/** Logs why a plugin was not enabled, where no change of its state does: it was not even started. */
export function logRefused(logger: HostLog, name: string, error: unknown): void {
  if (!(error instanceof GatehouseError) || error.code === 'PLUGIN_NOT_STARTED') return;
  logger.warn({ plugin: name.slice(0, 100), code: error.code }, `not enabled: ${error.message}`);
}

export function logNotRemembered(logger: HostLog, { name: plugin, state }: InstalledPlugin, error: Error): void {
  logger.warn({ plugin, err: error }, `that ${plugin} is ${state} is forgotten by a restart: ${error.message}`);
}

/** The options that are given by plugin name. */
export interface ByPlugin {
  readonly config: object;
  readonly policies: object;
  readonly allowances: { readonly grants: object; readonly isolation: object };
}

/** Warns of options for unknown plugins: the name may be mistyped, or the plugin may be installed later. */
export function logUnknownNames(logger: HostLog, options: ByPlugin, plugins: readonly InstalledPlugin[]): void {
  const { config, policies, allowances } = options;
  const { grants, isolation } = allowances;
  const known = plugins.map(({ name }) => name);
  for (const [option, given] of Object.entries({ config, policies, grants, isolation })) {
    for (const name of Object.keys(given)) {
      if (known.includes(name)) continue;
      logger.warn(`${option}.${name}: no plugin is named ${name}${didYouMean(name, known)}`);
    }
  }
}
