// The plugins of this host by name: found in the folders, enabled and disabled, kept in step with the supervisor.

import { pathToFileURL } from 'node:url';
import { isHookName } from '@gatehouse/plugin-api/hooks';
import { GatehouseError } from './errors.js';
import { configOf } from './folders/config.js';
import { findPlugins } from './folders/find-plugins.js';
import type { FoundPlugin } from './folders/found-plugin.js';
import type { Remembered, StateFile } from './folders/state-file.js';
import { HostedPlugin } from './hosted-plugin.js';
import type { PolicyWish } from './policy.js';
import type { PluginStatus, StateChange } from './status.js';
import type { PluginSpec, SupervisorControl, SupervisorEvent } from './supervisor/control.js';
import { LateError, within } from './supervisor/deadline.js';
import type { PluginState } from './supervisor/plugin-state.js';
import { type ThreadOptions, threadSpecOf } from './thread-spec.js';

export interface RegistryOptions {
  readonly folders: readonly string[];
  readonly enabledAtFirst: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly threads: ThreadOptions;
  readonly policies: Readonly<Record<string, PolicyWish>>;
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
  readonly #plugins = new Map<string, HostedPlugin>();
  /** Broken entries whose name another plugin has already. */
  #doubles: readonly HostedPlugin[] = [];
  readonly #listeners = new Set<(change: StateChange) => void>();
  /** What is being remembered without anybody who waits for it. */
  #remembering: Promise<unknown> = Promise.resolve();
  /** Why there is no supervisor any more. */
  #lost: string | undefined;
  /** The end of the queue of what is done to each plugin, so that enable and disable do not cross. */
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(options: RegistryOptions, stateFile: StateFile, control: PluginControl) {
    this.#options = options;
    this.#stateFile = stateFile;
    this.#control = control;
  }

  /** Every plugin in the chain's order: by `order`, then by name. */
  get plugins(): readonly HostedPlugin[] {
    return [...this.#plugins.values()].sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
  }

  /** Plugins that are to run and are in none of the folders. */
  get missing(): readonly string[] {
    const byDefault = this.#options.enabledAtFirst.filter((name) => this.#stateFile.of(name).enabled === undefined);
    return [...byDefault, ...this.#stateFile.enabled()].filter((name) => !this.#plugins.has(name));
  }

  subscribe(listener: (change: StateChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Looks through the folders and starts what is enabled. Resolves when each of these is ready or has failed, after
   * `readyMs` at the latest, and with the names of those that are still starting.
   */
  async open(readyMs: number): Promise<readonly string[]> {
    await this.#scan();
    await within(readyMs, this.#startWanted(), 'plugins are still starting').catch(passLate);
    return this.plugins.filter(({ state }) => state === 'starting').map(({ name }) => name);
  }

  /** All plugins, looked for anew. */
  async list(): Promise<readonly PluginStatus[]> {
    await this.#scan();
    void this.#startWanted();
    return [...this.plugins, ...this.#doubles].map(({ status }) => status);
  }

  async get(name: string): Promise<PluginStatus> {
    const plugin = await this.#find(name);
    void this.#startWanted();
    return plugin.status;
  }

  /**
   * Starts a plugin and remembers it; one that cannot be started stays as it was, and is not remembered. One that is
   * quarantined is released by this, on trial.
   */
  enable(name: string): Promise<PluginStatus> {
    return this.#inTurn(name, async () => {
      const plugin = await this.#find(name);
      const runs = plugin.state === 'ready' || plugin.state === 'restarting';
      if (!runs) await this.#start(plugin);
      try {
        await this.#stateFile.remember(name, { enabled: true, hooks: plugin.hooks ?? [], ...(!runs && released) });
      } catch (error) {
        if (!runs) await this.#stop(plugin);
        throw error;
      }
      plugin.enabled = true;
      this.#changed(plugin, undefined);
      return plugin.status;
    });
  }

  /** Stops a plugin and remembers that. From then on nothing is put to it any more. A start is not waited for. */
  disable(name: string): Promise<PluginStatus> {
    if (this.#plugins.get(name)?.state === 'starting') this.#control.stop(name).catch(() => {});
    return this.#inTurn(name, async () => {
      const plugin = await this.#find(name);
      await this.#stateFile.remember(name, { enabled: false, ...released });
      plugin.enabled = false;
      this.#changed(plugin, undefined);
      if (plugin.state !== 'disabled' && plugin.state !== 'invalid') await this.#stop(plugin);
      return plugin.status;
    });
  }

  /** Takes in what the supervisor tells of a plugin's sessions and states. */
  told(event: SupervisorEvent): void {
    const plugin = this.#plugins.get(event.plugin);
    if (plugin === undefined) return;
    if (event.type === 'session-opened') plugin.opened(event.thread, event.session, event.channel, event.hooks);
    else if (event.type === 'session-ended') plugin.ended(event.thread, event.session, event.crashed);
    else if (event.type === 'zombie') plugin.tally.zombies += event.by;
    else if (event.type === 'state') this.#become(plugin, event.state, event.reason);
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
      if (plugin.state === 'quarantined') this.#become(plugin, 'quarantined', reason + more);
    }
  }

  /** Without its supervisor no plugin runs: all are failed, and their sessions count as ended. */
  lost(reason: string): void {
    this.#lost = reason;
    for (const plugin of this.plugins) {
      for (const [thread, link] of plugin.links.entries()) if (link) plugin.ended(thread, link.id, false);
      if (!['disabled', 'invalid', 'quarantined', 'failed'].includes(plugin.state))
        this.#become(plugin, 'failed', reason);
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

  async #find(name: string): Promise<HostedPlugin> {
    await this.#scan();
    const plugin = this.#plugins.get(name);
    if (plugin !== undefined) return plugin;
    const known = this.plugins.map((other) => other.name).join(', ');
    throw new GatehouseError('PLUGIN_UNKNOWN', `no plugin is named ${name}; there are: ${known}`, { plugin: name });
  }

  /** Brings the list in step with the folders. What runs is left alone, also when its folder has gone. */
  async #scan(): Promise<void> {
    const found = await findPlugins(this.#options.folders);
    const first = new Map<string, FoundPlugin>();
    const doubles: FoundPlugin[] = [];
    for (const plugin of found) {
      if (plugin.kind === 'invalid' && first.has(plugin.name)) doubles.push(plugin);
      else if (first.get(plugin.name)?.kind === 'invalid') doubles.push(first.get(plugin.name)!);
      if (plugin.kind === 'valid' || !first.has(plugin.name)) first.set(plugin.name, plugin);
    }
    this.#doubles = doubles.map((double) => new HostedPlugin(double, false));
    for (const plugin of first.values()) this.#takeIn(plugin);
    this.#forgetGone(first);
  }

  #takeIn(found: FoundPlugin): void {
    const known = this.#plugins.get(found.name);
    if (known !== undefined) {
      const from = known.refresh(found);
      if (from !== undefined) this.#changed(known, from);
      this.#keepQuarantined(known);
      return;
    }
    const byDefault = this.#options.enabledAtFirst.includes(found.name);
    const { enabled = byDefault, hooks } = this.#stateFile.of(found.name);
    const policy = this.#options.policies[found.name];
    const plugin = new HostedPlugin(found, enabled, hooks?.filter(isHookName), policy, this.#options.threads);
    this.#plugins.set(found.name, plugin);
    this.#changed(plugin, undefined);
    this.#keepQuarantined(plugin);
  }

  /** Of one that was broken until now as well. */
  #keepQuarantined(plugin: HostedPlugin): void {
    const { quarantine } = this.#stateFile.of(plugin.name);
    if (quarantine === undefined || !plugin.enabled || plugin.state !== 'disabled') return;
    this.#become(plugin, 'quarantined', quarantine.reason);
  }

  #forgetGone(found: ReadonlyMap<string, FoundPlugin>): void {
    for (const plugin of this.#plugins.values()) {
      const idle = plugin.state === 'disabled' || (plugin.state === 'invalid' && !plugin.enabled);
      if (idle && !found.has(plugin.name)) this.#plugins.delete(plugin.name);
    }
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
    await Promise.all(wanted.map((plugin) => this.#inTurn(plugin.name, () => start(plugin))));
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
      if (plugin.state === 'disabled' && !hasBegun) this.#become(plugin, 'failed', (error as Error).message);
    }
  }

  async #start(plugin: HostedPlugin): Promise<void> {
    const spec = { ...(await this.#specOf(plugin)), onTrial: plugin.state === 'quarantined' };
    if (this.#lost !== undefined) throw new GatehouseError('PLUGIN_NOT_STARTED', this.#lost, { plugin: plugin.name });
    plugin.generation++;
    plugin.links = Array.from({ length: spec.threads }, () => undefined);
    // Said here already, so that nobody takes it for idle until the supervisor tells the same.
    this.#become(plugin, 'starting', '');
    // How it went is told by events; the call itself would never come back from a supervisor that is lost.
    const settled = this.#settled(plugin, ['ready', 'failed', 'disabled']);
    this.#control.start(spec).catch((error: Error) => this.#become(plugin, 'failed', error.message));
    await settled;
    if (plugin.state !== 'ready') {
      const reason = plugin.state === 'failed' ? plugin.reason : 'was stopped while it started';
      throw new GatehouseError('PLUGIN_NOT_STARTED', `${plugin.name} ${reason}`, { plugin: plugin.name });
    }
  }

  async #stop(plugin: HostedPlugin): Promise<void> {
    // Nothing is left of one that was given up, and the supervisor does nothing more with it.
    if (isGivenUp(plugin)) return this.#become(plugin, 'disabled', '');
    const settled = this.#settled(plugin, ['disabled', 'failed', 'quarantined']);
    this.#control.stop(plugin.name).catch((error: Error) => this.#become(plugin, 'failed', error.message));
    await settled;
    if (plugin.state === 'quarantined') this.#become(plugin, 'disabled', '');
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

  /** Resolves at the next change of the plugin to one of these states. */
  #settled(plugin: HostedPlugin, states: readonly PluginState[]): Promise<void> {
    return new Promise((resolve) => {
      const unsubscribe = this.subscribe((change) => {
        if (change.plugin !== plugin.name || !states.includes(change.to)) return;
        unsubscribe();
        resolve();
      });
    });
  }

  #become(plugin: HostedPlugin, state: PluginState, reason: string): void {
    const from = plugin.become(state, reason);
    if (from !== undefined) this.#changed(plugin, from);
  }

  #changed(plugin: HostedPlugin, from: PluginState | undefined): void {
    this.onChange();
    if (from === undefined) return;
    const change = { plugin: plugin.name, from, to: plugin.state, reason: plugin.reason };
    for (const listener of [...this.#listeners]) listener(change);
  }

  /** Called after anything changed that decides who is asked and who is told. */
  onChange: () => void = () => {};

  #inTurn<T>(name: string, act: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(name) ?? Promise.resolve();
    const mine = before.then(act, act);
    this.#queues.set(name, mine);
    const forget = () => {
      if (this.#queues.get(name) === mine) this.#queues.delete(name);
    };
    mine.then(forget, forget);
    return mine;
  }
}
