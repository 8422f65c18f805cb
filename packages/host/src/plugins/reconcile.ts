// Makes the running plugins match the wanted ones. The only place that starts or stops a plugin.

import { pathToFileURL } from 'node:url';
import { GatehouseError, messageOf } from '../contract/errors.js';
import { stateMeanings } from '../contract/plugin-state.js';
import type { PluginSpec, SupervisorControl } from '../contract/supervisor-contract.js';
import { trialMs } from '../contract/trial.js';
import { type Allowances, threadSpecOf } from './allowances.js';
import type { Changes } from './changes.js';
import { compiledOf } from './compiled.js';
import { configOf } from './found/config.js';
import { placeOf } from './identity.js';
import type { InstalledPlugin } from './installed-plugin.js';
import type { Remembered, StateFile } from './state-file.js';
import type { Turns } from './turns.js';

/** The part of the supervisor's control that is used here. */
export type PluginControl = Pick<SupervisorControl, 'start' | 'stop'>;

export interface ReconcilerOptions {
  readonly config: Readonly<Record<string, unknown>>;
  readonly allowances: Allowances;
}

/** Returns what to remember of a wanted plugin: its hooks and its place. */
export function knowledgeOf({ found, hooks }: InstalledPlugin): Remembered {
  return { ...(hooks !== undefined && { hooks }), ...(found.kind === 'valid' && placeOf(found)) };
}

export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #stateFile: StateFile;
  readonly #control: PluginControl;
  readonly #changes: Changes;
  readonly #turns: Turns;
  /** Plugins whose start is about to be requested from the supervisor, unless it is interrupted. */
  readonly #preparing = new WeakSet<InstalledPlugin>();
  /** The reason why nothing can be started any more. */
  #ended: string | undefined;

  constructor(
    options: ReconcilerOptions,
    stateFile: StateFile,
    control: PluginControl,
    changes: Changes,
    turns: Turns,
  ) {
    this.#options = options;
    this.#stateFile = stateFile;
    this.#control = control;
    this.#changes = changes;
    this.#turns = turns;
  }

  /** Refuses all further starts. The first reason is the one that is reported. */
  end(reason: string): void {
    this.#ended ??= reason;
  }

  /**
   * Starts the wanted plugins that do not run: at the host's start, or when a plugin that is remembered as enabled was
   * missing or broken until now. Until then the host has deferred the messages that it may guard.
   */
  async startWanted(plugins: readonly InstalledPlugin[]): Promise<void> {
    const isWanted = (plugin: InstalledPlugin) =>
      plugin.enabled && plugin.state === 'disabled' && this.#ended === undefined;
    const wanted = plugins.filter(isWanted);
    const start = async (plugin: InstalledPlugin) => (isWanted(plugin) ? this.#startEnabled(plugin) : undefined);
    await Promise.all(wanted.map((plugin) => this.#turns.run(plugin.name, () => start(plugin))));
  }

  /** Starts without an operator waiting. A failed plugin keeps its place, so no message is let through unguarded. */
  async #startEnabled(plugin: InstalledPlugin): Promise<void> {
    const { generation } = plugin;
    try {
      await this.start(plugin);
    } catch (error) {
      // If its configuration is wrong, it has not reached the state `starting`.
      const hasBegun = plugin.generation !== generation;
      // An operator has disabled it meanwhile.
      if (!plugin.enabled) return;
      if (plugin.state === 'disabled' && !hasBegun) this.#changes.become(plugin, 'failed', (error as Error).message);
    }
    // A failed write is a condition, and the next write makes up for it.
    await this.#stateFile.hold(plugin.name, knowledgeOf(plugin)).catch(() => {});
  }

  /**
   * Starts a plugin. One that an operator waits for takes precedence.
   * @throws GatehouseError PLUGIN_NOT_STARTED, PLUGIN_INVALID, PLUGIN_CONFIG_INVALID
   */
  async start(plugin: InstalledPlugin, isAwaited = false): Promise<void> {
    this.#preparing.add(plugin);
    const spec = { ...(await this.#specOf(plugin)), trialMs: plugin.state === 'quarantined' ? trialMs : 0, isAwaited };
    if (!this.#preparing.delete(plugin)) throw stoppedInStart(plugin);
    if (this.#ended !== undefined) throw new GatehouseError('PLUGIN_NOT_STARTED', this.#ended, { plugin: plugin.name });
    plugin.generation++;
    plugin.links = Array.from({ length: spec.threads }, () => undefined);
    // Set already here, so that it does not count as idle until the supervisor reports the same.
    this.#changes.become(plugin, 'starting', '');
    // Events report the outcome, because the call itself would never return from a lost supervisor.
    const settled = this.#changes.settled(plugin, ['ready', 'failed', 'disabled']);
    this.#control.start(spec).catch((error: Error) => this.#changes.become(plugin, 'failed', error.message));
    await settled;
    if (plugin.state === 'failed') throw notStarted(plugin, plugin.reason);
    if (plugin.state !== 'ready') throw stoppedInStart(plugin);
  }

  /** Interrupts a start at any stage, so that whoever waits for it is notified. */
  interruptStart(plugin: InstalledPlugin | undefined): void {
    if (plugin !== undefined) this.#preparing.delete(plugin);
    if (plugin?.state === 'starting') this.#control.stop(plugin.name).catch(() => {});
  }

  /** Stops a plugin that is not `disabled`. Resolves once its threads are gone. */
  async stop(plugin: InstalledPlugin): Promise<void> {
    // A plugin that was given up has no threads, and the supervisor has dropped it.
    if (!stateMeanings[plugin.state].runs) return this.#changes.become(plugin, 'disabled', '');
    const settled = this.#changes.settled(plugin, ['disabled', 'failed', 'quarantined']);
    this.#control.stop(plugin.name).catch((error: Error) => this.#changes.become(plugin, 'failed', error.message));
    await settled;
    if (plugin.state === 'quarantined') this.#changes.become(plugin, 'disabled', '');
  }

  async #specOf(plugin: InstalledPlugin): Promise<PluginSpec> {
    const { name, found } = plugin;
    if (found.kind !== 'valid') {
      const code = found.kind === 'missing' ? 'PLUGIN_UNKNOWN' : 'PLUGIN_INVALID';
      throw new GatehouseError(code, `${name}: ${found.reason}`, { plugin: name });
    }
    const { threads, memoryMb, startMs, stopMs, hooks } = found.manifest;
    const config = configOf(name, found.manifest, this.#options.config[name]);
    const entry = pathToFileURL(found.entry).href;
    const permitted = await threadSpecOf(found, this.#options.allowances).catch((error: unknown) => {
      throw notStarted(plugin, `its files cannot be read at ${found.path}: ${messageOf(error)}`);
    });
    const compiled = await compiledOf(found).catch((error: unknown) => {
      throw notStarted(plugin, `its TypeScript cannot be compiled: ${messageOf(error)}`);
    });
    return { name, entry, compiled, config, hooks, threads, memoryMb, startMs, stopMs, ...permitted };
  }
}

function notStarted({ name }: InstalledPlugin, reason: string): GatehouseError {
  return new GatehouseError('PLUGIN_NOT_STARTED', `${name}: ${reason}`, { plugin: name });
}

function stoppedInStart(plugin: InstalledPlugin): GatehouseError {
  return notStarted(plugin, 'it was stopped while it started');
}
