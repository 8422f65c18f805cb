// Wanted and running, brought together: the only place that starts or stops a plugin.

import { pathToFileURL } from 'node:url';
import { GatehouseError } from '../contract/errors.js';
import { stateMeanings } from '../contract/plugin-state.js';
import type { PluginSpec, SupervisorControl } from '../contract/supervisor-contract.js';
import { type Allowances, threadSpecOf } from './allowances.js';
import type { Changes } from './changes.js';
import { configOf } from './found/config.js';
import { placeOf } from './identity.js';
import type { InstalledPlugin } from './installed-plugin.js';
import type { Remembered, StateFile } from './state-file.js';
import type { Turns } from './turns.js';

/** The part of the supervisor that is called here. */
export type PluginControl = Pick<SupervisorControl, 'start' | 'stop'>;

export interface ReconcilerOptions {
  readonly config: Readonly<Record<string, unknown>>;
  readonly allowances: Allowances;
}

/** What is remembered of a plugin that is to run: what it guards, and where it stands. */
export function knowledgeOf({ found, hooks }: InstalledPlugin): Remembered {
  return { ...(hooks !== undefined && { hooks }), ...(found.kind === 'valid' && placeOf(found)) };
}

export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #stateFile: StateFile;
  readonly #control: PluginControl;
  readonly #changes: Changes;
  readonly #turns: Turns;
  /** Plugins whose start is about to be put to the supervisor, unless it is interrupted. */
  readonly #preparing = new WeakSet<InstalledPlugin>();
  /** Why nothing can be started any more. */
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

  /** From now on nothing is started; the first reason is the one that is told. */
  end(reason: string): void {
    this.#ended ??= reason;
  }

  /**
   * Starts what is to run and does not: at the host's start, or when a plugin that is remembered as enabled was not
   * there or was broken until now. Until then the host has deferred what it may guard.
   */
  async startWanted(plugins: readonly InstalledPlugin[]): Promise<void> {
    const isWanted = (plugin: InstalledPlugin) =>
      plugin.enabled && plugin.state === 'disabled' && this.#ended === undefined;
    const wanted = plugins.filter(isWanted);
    const start = async (plugin: InstalledPlugin) => (isWanted(plugin) ? this.#startEnabled(plugin) : undefined);
    await Promise.all(wanted.map((plugin) => this.#turns.run(plugin.name, () => start(plugin))));
  }

  /** Without an operator who waits for it: a plugin that fails keeps its place, so that what it guarded is not let through. */
  async #startEnabled(plugin: InstalledPlugin): Promise<void> {
    const { generation } = plugin;
    try {
      await this.start(plugin);
    } catch (error) {
      // Its configuration may be wrong, in which case it has not come as far as starting.
      const hasBegun = plugin.generation !== generation;
      // An operator has disabled it meanwhile.
      if (!plugin.enabled) return;
      if (plugin.state === 'disabled' && !hasBegun) this.#changes.become(plugin, 'failed', (error as Error).message);
    }
    // What cannot be written is a condition, and made up for by the next write.
    await this.#stateFile.hold(plugin.name, knowledgeOf(plugin)).catch(() => {});
  }

  /**
   * Starts a plugin; one that an operator waits for goes before others.
   * @throws GatehouseError PLUGIN_NOT_STARTED, PLUGIN_INVALID, PLUGIN_CONFIG_INVALID
   */
  async start(plugin: InstalledPlugin, isAwaited = false): Promise<void> {
    this.#preparing.add(plugin);
    const spec = { ...(await this.#specOf(plugin)), onTrial: plugin.state === 'quarantined', isAwaited };
    if (!this.#preparing.delete(plugin)) throw stoppedInStart(plugin);
    if (this.#ended !== undefined) throw new GatehouseError('PLUGIN_NOT_STARTED', this.#ended, { plugin: plugin.name });
    plugin.generation++;
    plugin.links = Array.from({ length: spec.threads }, () => undefined);
    // Said here already, so that nobody takes it for idle until the supervisor tells the same.
    this.#changes.become(plugin, 'starting', '');
    // How it went is told by events; the call itself would never come back from a supervisor that is lost.
    const settled = this.#changes.settled(plugin, ['ready', 'failed', 'disabled']);
    this.#control.start(spec).catch((error: Error) => this.#changes.become(plugin, 'failed', error.message));
    await settled;
    if (plugin.state === 'failed') throw notStarted(plugin, plugin.reason);
    if (plugin.state !== 'ready') throw stoppedInStart(plugin);
  }

  /** Ends a start that is under way, however far it has come, so that whoever waits for it is told. */
  interruptStart(plugin: InstalledPlugin | undefined): void {
    if (plugin !== undefined) this.#preparing.delete(plugin);
    if (plugin?.state === 'starting') this.#control.stop(plugin.name).catch(() => {});
  }

  /** Stops a plugin that is not `disabled`; resolves once its threads are gone. */
  async stop(plugin: InstalledPlugin): Promise<void> {
    // Nothing is left of one that was given up, and the supervisor does nothing more with it.
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
    const permitted = await threadSpecOf(found, this.#options.allowances);
    return { name, entry, config, hooks, threads, memoryMb, startMs, stopMs, ...permitted };
  }
}

function notStarted({ name }: InstalledPlugin, reason: string): GatehouseError {
  return new GatehouseError('PLUGIN_NOT_STARTED', `${name} ${reason}`, { plugin: name });
}

function stoppedInStart(plugin: InstalledPlugin): GatehouseError {
  return notStarted(plugin, 'was stopped while it started');
}
