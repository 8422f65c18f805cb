// The plugins of this host: enabled and disabled by operators, kept in step with the supervisor.

import { pathToFileURL } from 'node:url';
import { GatehouseError } from './errors.js';
import { configOf } from './folders/config.js';
import type { Remembered, StateFile } from './folders/state-file.js';
import type { HostedPlugin } from './hosted-plugin.js';
import { KnownPlugins, type KnownPluginsOptions } from './known-plugins.js';
import { PluginChanges } from './plugin-changes.js';
import type { PluginStatus, StateChange } from './status.js';
import type { PluginSpec, SupervisorControl, SupervisorEvent } from './supervisor/control.js';
import { LateError, within } from './supervisor/deadline.js';
import { threadSpecOf } from './thread-spec.js';
import { Turns } from './turns.js';

export interface RegistryOptions extends KnownPluginsOptions {
  readonly config: Readonly<Record<string, unknown>>;
}

/** An operator has said otherwise. */
const released: Pick<Remembered, 'quarantine'> = { quarantine: undefined };

const isGivenUp = ({ state }: HostedPlugin) => state === 'failed' || state === 'quarantined';

function passLate(error: unknown): void {
  if (!(error instanceof LateError)) throw error;
}

/** The part of the supervisor that the registry calls. */
export type PluginControl = Pick<SupervisorControl, 'start' | 'stop'>;

export class Registry {
  readonly #options: RegistryOptions;
  readonly #stateFile: StateFile;
  readonly #control: PluginControl;
  readonly #changes = new PluginChanges();
  readonly #known: KnownPlugins;
  readonly #turns = new Turns();
  /** What is being remembered without anybody who waits for it. */
  #remembering: Promise<unknown> = Promise.resolve();
  /** Why there is no supervisor any more. */
  #lost: string | undefined;

  constructor(options: RegistryOptions, stateFile: StateFile, control: PluginControl) {
    this.#options = options;
    this.#stateFile = stateFile;
    this.#control = control;
    this.#known = new KnownPlugins(options, stateFile, this.#changes);
  }

  /** Every plugin in the chain's order. */
  get plugins(): readonly HostedPlugin[] {
    return this.#known.inOrder;
  }

  /** Plugins that are to run and are in none of the folders. */
  get missing(): readonly string[] {
    return this.#known.missing;
  }

  subscribe(listener: (change: StateChange) => void): () => void {
    return this.#changes.subscribe(listener);
  }

  /** Has `listener` called after anything changed that decides who is asked and who is told. */
  set onChange(listener: () => void) {
    this.#changes.onChange = listener;
  }

  /**
   * Looks through the folders and starts what is enabled. Resolves when each of these is ready or has failed, after
   * `readyMs` at the latest, and with the names of those that are still starting.
   */
  async open(readyMs: number): Promise<readonly string[]> {
    await this.#known.scan();
    await within(readyMs, this.#startWanted(), 'plugins are still starting').catch(passLate);
    return this.plugins.filter(({ state }) => state === 'starting').map(({ name }) => name);
  }

  /** All plugins, looked for anew. */
  async list(): Promise<readonly PluginStatus[]> {
    await this.#known.scan();
    void this.#startWanted();
    return [...this.plugins, ...this.#known.doubles].map(({ status }) => status);
  }

  async get(name: string): Promise<PluginStatus> {
    const plugin = await this.#known.find(name);
    void this.#startWanted();
    return plugin.status;
  }

  /**
   * Starts a plugin and remembers it; one that cannot be started stays as it was, and is not remembered. One that is
   * quarantined is released by this, on trial.
   */
  enable(name: string): Promise<PluginStatus> {
    return this.#turns.take(name, async () => {
      const plugin = await this.#known.find(name);
      const runs = plugin.state === 'ready' || plugin.state === 'restarting';
      if (!runs) await this.#start(plugin);
      try {
        await this.#stateFile.remember(name, { enabled: true, hooks: plugin.hooks ?? [], ...(!runs && released) });
      } catch (error) {
        if (!runs) await this.#stop(plugin);
        throw error;
      }
      plugin.enabled = true;
      this.#changes.changed(plugin, undefined);
      return plugin.status;
    });
  }

  /** Stops a plugin and remembers that. From then on nothing is put to it any more. A start is not waited for. */
  disable(name: string): Promise<PluginStatus> {
    if (this.#known.get(name)?.state === 'starting') this.#control.stop(name).catch(() => {});
    return this.#turns.take(name, async () => {
      const plugin = await this.#known.find(name);
      await this.#stateFile.remember(name, { enabled: false, ...released });
      plugin.enabled = false;
      this.#changes.changed(plugin, undefined);
      if (plugin.state !== 'disabled' && plugin.state !== 'invalid') await this.#stop(plugin);
      return plugin.status;
    });
  }

  /** Takes in what the supervisor tells of a plugin's sessions and states. */
  told(event: SupervisorEvent): void {
    const plugin = this.#known.get(event.plugin);
    if (plugin === undefined) return;
    if (event.type === 'session-opened') plugin.opened(event);
    else if (event.type === 'session-ended') plugin.ended(event.thread, event.session, event.crashed);
    else if (event.type === 'zombie') plugin.tally.zombies += event.by;
    else if (event.type === 'state') this.#changes.become(plugin, event.state, event.reason);
    if (event.type === 'state' && event.state === 'quarantined') {
      this.#remembering = Promise.all([this.#remembering, this.#rememberQuarantine(plugin)]);
    }
  }

  /** What cannot be remembered is said where operators look. */
  async #rememberQuarantine(plugin: HostedPlugin): Promise<void> {
    const { name, reason } = plugin;
    try {
      await this.#stateFile.remember(name, { quarantine: { reason, since: new Date().toISOString() } });
    } catch (error) {
      const more = `; a restart of the host forgets this, as ${(error as Error).message}`;
      if (plugin.state === 'quarantined') this.#changes.become(plugin, 'quarantined', reason + more);
    }
  }

  /** Without its supervisor no plugin runs: all are failed, and their sessions count as ended. */
  lost(reason: string): void {
    this.#lost = reason;
    for (const plugin of this.plugins) {
      for (const [thread, link] of plugin.links.entries()) if (link) plugin.ended(thread, link.id, false);
      if (!['disabled', 'invalid', 'quarantined', 'failed'].includes(plugin.state))
        this.#changes.become(plugin, 'failed', reason);
    }
  }

  /** Resolves once what was told so far is on disk, where it is to be. */
  async remembered(): Promise<void> {
    await this.#remembering;
  }

  /** The host is about to close: nothing is started any more. */
  closing(): void {
    this.#lost ??= 'the host has been closed';
  }

  /**
   * Starts what is to run and does not: at the host's start, or when a plugin that is remembered as enabled was not
   * there or was broken until now. Until then the host has deferred what it may guard.
   */
  async #startWanted(): Promise<void> {
    const isWanted = (plugin: HostedPlugin) =>
      plugin.enabled && plugin.state === 'disabled' && this.#lost === undefined;
    const wanted = this.plugins.filter(isWanted);
    const start = async (plugin: HostedPlugin) => (isWanted(plugin) ? this.#startEnabled(plugin) : undefined);
    await Promise.all(wanted.map((plugin) => this.#turns.take(plugin.name, () => start(plugin))));
  }

  /** Without an operator who waits for it: a plugin that fails keeps its place, so that what it guarded is not let through. */
  async #startEnabled(plugin: HostedPlugin): Promise<void> {
    const { generation } = plugin;
    try {
      await this.#start(plugin);
      await this.#stateFile.remember(plugin.name, { hooks: plugin.hooks ?? [] });
    } catch (error) {
      // Its configuration may be wrong, in which case it has not come as far as starting.
      const hasBegun = plugin.generation !== generation;
      if (plugin.state === 'disabled' && !hasBegun) this.#changes.become(plugin, 'failed', (error as Error).message);
    }
  }

  async #start(plugin: HostedPlugin): Promise<void> {
    const spec = { ...(await this.#specOf(plugin)), onTrial: plugin.state === 'quarantined' };
    if (this.#lost !== undefined) throw new GatehouseError('PLUGIN_NOT_STARTED', this.#lost, { plugin: plugin.name });
    plugin.generation++;
    plugin.links = Array.from({ length: spec.threads }, () => undefined);
    // Said here already, so that nobody takes it for idle until the supervisor tells the same.
    this.#changes.become(plugin, 'starting', '');
    // How it went is told by events; the call itself would never come back from a supervisor that is lost.
    const settled = this.#changes.settled(plugin, ['ready', 'failed', 'disabled']);
    this.#control.start(spec).catch((error: Error) => this.#changes.become(plugin, 'failed', error.message));
    await settled;
    if (plugin.state !== 'ready') {
      const reason = plugin.state === 'failed' ? plugin.reason : 'was stopped while it started';
      throw new GatehouseError('PLUGIN_NOT_STARTED', `${plugin.name} ${reason}`, { plugin: plugin.name });
    }
  }

  async #stop(plugin: HostedPlugin): Promise<void> {
    // Nothing is left of one that was given up, and the supervisor does nothing more with it.
    if (isGivenUp(plugin)) return this.#changes.become(plugin, 'disabled', '');
    const settled = this.#changes.settled(plugin, ['disabled', 'failed', 'quarantined']);
    this.#control.stop(plugin.name).catch((error: Error) => this.#changes.become(plugin, 'failed', error.message));
    await settled;
    if (plugin.state === 'quarantined') this.#changes.become(plugin, 'disabled', '');
  }

  async #specOf(plugin: HostedPlugin): Promise<PluginSpec> {
    const { name, found } = plugin;
    if (found.kind === 'invalid') {
      throw new GatehouseError('PLUGIN_INVALID', `${name}: ${found.reason}`, { plugin: name });
    }
    const { threads, memoryMb, startMs, stopMs, hooks } = found.manifest;
    const config = configOf(name, found.manifest, this.#options.config[name]);
    const entry = pathToFileURL(found.entry).href;
    const permitted = await threadSpecOf(found, this.#options.threads);
    return { name, entry, config, hooks, threads, memoryMb, startMs, stopMs, ...permitted };
  }
}
