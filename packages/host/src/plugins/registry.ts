// The plugins of this host: enabled and disabled by operators, kept in sync with the supervisor.

import { LateError, within } from '@gatehouse/support/deadline';
import type { FoundCondition } from '../contract/conditions.js';
import { GatehouseError } from '../contract/errors.js';
import { isStep, stateMeanings } from '../contract/plugin-state.js';
import type { PluginStatus, Rescan, StateChange } from '../contract/status.js';
import type { SupervisorEvent } from '../contract/supervisor-contract.js';
import { Catalogue, type CatalogueOptions } from './catalogue.js';
import { Changes } from './changes.js';
import type { FindingsListener } from './findings-log.js';
import type { InstalledPlugin } from './installed-plugin.js';
import { conditionsOf, conditionsOfFolders, conditionsOfMemory } from './plugin-conditions.js';
import { knowledgeOf, type PluginControl, Reconciler, type ReconcilerOptions } from './reconcile.js';
import { changesSince } from './rescan.js';
import type { Remembered, StateFile } from './state-file.js';
import { Turns } from './turns.js';

export type RegistryOptions = CatalogueOptions & ReconcilerOptions;

export interface RegistryWatch extends FindingsListener {
  /** A change of a plugin is in effect but could not be written. */
  notRemembered(plugin: InstalledPlugin, error: Error): void;
}

/** The change by which an operator releases a plugin. */
const released: Pick<Remembered, 'quarantine'> = { quarantine: undefined };

/** Whether there is nothing to stop. */
function isIdle({ state }: InstalledPlugin): boolean {
  return state === 'disabled' || state === 'invalid' || state === 'missing';
}

function passLate(error: unknown): void {
  if (!(error instanceof LateError)) throw error;
}

export class Registry {
  readonly #stateFile: StateFile;
  readonly #changes = new Changes();
  readonly #known: Catalogue;
  readonly #turns = new Turns();
  readonly #reconciler: Reconciler;
  /** Resolves once no gate call that the plugin takes part in is in flight. Awaited before the plugin is stopped. */
  callsEnd: (plugin: string) => Promise<void> = async () => {};
  /** Counts the disables of each plugin, so that an enable under way does not undo one. */
  readonly #disables = new Map<string, number>();
  readonly #watch: RegistryWatch;
  /** Writes under way that no caller waits for. */
  #remembering: Promise<unknown> = Promise.resolve();

  constructor(options: RegistryOptions, stateFile: StateFile, control: PluginControl, watch: RegistryWatch) {
    this.#watch = watch;
    this.#stateFile = stateFile;
    this.#known = new Catalogue(options, stateFile, this.#changes, watch);
    this.#reconciler = new Reconciler(options, stateFile, control, this.#changes, this.#turns);
  }

  /** Every plugin in the chain's order. */
  get plugins(): readonly InstalledPlugin[] {
    return this.#known.inOrder;
  }

  /** The conditions of the plugins, their folders and their remembered state. */
  get conditions(): readonly FoundCondition[] {
    return [
      ...this.plugins.filter(({ enabled }) => enabled).flatMap(conditionsOf),
      ...conditionsOfFolders(this.#known.unreadable),
      ...conditionsOfMemory(this.#stateFile.notWritten),
    ];
  }

  /** The names of plugins that the options enable and that operators have disabled since. */
  get overruled(): readonly string[] {
    return this.#known.overruled;
  }

  /** Whether an operator or a setting wants the plugin to run. */
  isEnabled(name: string): boolean {
    return this.#known.get(name)?.enabled === true;
  }

  subscribe(listener: (change: StateChange) => void): () => void {
    return this.#changes.subscribe(listener);
  }

  /** Calls `listener` after every change that affects which plugins receive events. */
  set onChange(listener: () => void) {
    this.#changes.onChange = listener;
  }

  /**
   * Scans the folders and starts the enabled plugins. Resolves when each of them is ready or has failed, or after
   * `readyMs` at the latest, with the names of those that are still starting.
   */
  async open(readyMs: number): Promise<readonly string[]> {
    await this.#known.scan();
    this.#assertReadable();
    await within(readyMs, this.#reconciler.startWanted(this.plugins), 'plugins are still starting').catch(passLate);
    return this.plugins.filter(({ state }) => state === 'starting').map(({ name }) => name);
  }

  /** Throws if a folder cannot be read: it may contain an unknown guard, so the host does not start without it. */
  #assertReadable(): void {
    const [unread] = this.#known.unreadable;
    if (unread === undefined) return;
    throw new GatehouseError('OPTIONS_INVALID', `plugins: the folder ${unread.folder} cannot be read: ${unread.why}`);
  }

  /** Returns all plugins. Scans the folders at most once a second; starts nothing. */
  async list(): Promise<readonly PluginStatus[]> {
    await this.#known.glance();
    return this.#all;
  }

  async get(name: string): Promise<PluginStatus> {
    await this.#known.glance();
    return this.#statusOf(this.#known.known(name));
  }

  /** Scans the folders and starts the wanted plugins that do not run. Resolves when each is ready or has failed. */
  async rescan(): Promise<Rescan> {
    const before = new Map(this.plugins.map(({ name, state }) => [name, state]));
    await this.#known.scan();
    await Promise.all([this.#reconcile(), this.#stateFile.catchUp().catch(() => {})]);
    return { plugins: this.#all, changed: changesSince(before, this.plugins) };
  }

  get #all(): readonly PluginStatus[] {
    return [...this.plugins, ...this.#known.duplicates].map((plugin) => this.#statusOf(plugin));
  }

  #statusOf(plugin: InstalledPlugin): PluginStatus {
    const notRemembered = this.#stateFile.notWritten.get(plugin.name);
    return notRemembered === undefined ? plugin.status : { ...plugin.status, notRemembered };
  }

  #reconcile(): Promise<void> {
    return this.#reconciler.startWanted(this.plugins);
  }

  /**
   * Starts a plugin and remembers it. One that cannot be started stays as it was and is not remembered. A quarantined
   * plugin is released on trial.
   */
  async enable(name: string): Promise<PluginStatus> {
    const isStillMeant = this.#untilDisabled(name);
    const status = await this.#turns.run(name, async () => {
      await this.#known.scan();
      const plugin = this.#known.known(name);
      return this.#known.accepting(plugin, () => this.#enable(plugin, isStillMeant));
    });
    void this.#reconcile();
    return status;
  }

  /** Returns a function that reports whether the plugin has not been disabled since this call. */
  #untilDisabled(name: string): () => boolean {
    const before = this.#disables.get(name);
    return () => this.#disables.get(name) === before;
  }

  async #enable(plugin: InstalledPlugin, isStillMeant: () => boolean): Promise<PluginStatus> {
    const { name } = plugin;
    const runs = plugin.state === 'ready' || plugin.state === 'restarting';
    if (!runs) await this.#reconciler.start(plugin, true);
    try {
      await this.#stateFile.remember(name, { enabled: true, ...knowledgeOf(plugin), ...(!runs && released) });
    } catch (error) {
      if (!runs) await this.#reconciler.stop(plugin);
      throw error;
    }
    if (isStillMeant()) {
      plugin.enabled = true;
      this.#changes.changed(plugin, undefined);
    }
    return this.#statusOf(plugin);
  }

  /**
   * Stops a plugin and remembers that. It receives nothing from now on, whatever happens to its files and the state
   * file: a failed write is shown in the status. Does not wait for a start under way.
   */
  async disable(name: string): Promise<PluginStatus> {
    this.#reconciler.interruptStart(this.#known.get(name));
    if (this.#known.get(name) === undefined) await this.#known.scan();
    const known = this.#known.known(name);
    this.#disables.set(name, (this.#disables.get(name) ?? 0) + 1);
    this.#unroute(known);
    return this.#turns.run(name, async () => {
      // A plugin whose folder is gone may have been forgotten meanwhile.
      const plugin = this.#known.get(name) ?? known;
      this.#unroute(plugin);
      const remembered = this.#stateFile.hold(name, { enabled: false, ...released }).catch((error: Error) => error);
      if (!isIdle(plugin)) {
        await this.callsEnd(name);
        await this.#reconciler.stop(plugin);
      }
      const failure = await remembered;
      if (failure !== undefined) this.#watch.notRemembered(plugin, failure);
      return this.#statusOf(plugin);
    });
  }

  #unroute(plugin: InstalledPlugin): void {
    plugin.enabled = false;
    this.#changes.changed(plugin, undefined);
  }

  /** Handles the supervisor's events about sessions and states. */
  onEvent(event: SupervisorEvent): void {
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

  async #rememberQuarantine(plugin: InstalledPlugin): Promise<void> {
    const { name, reason, since } = plugin;
    const quarantine = { reason, since: since.toISOString() };
    await this.#stateFile.hold(name, { quarantine }).catch((error: Error) => this.#watch.notRemembered(plugin, error));
  }

  /** The supervisor has ended, and a new one will restart what ran. All sessions ended through no fault of theirs. */
  interrupted(reason: string): void {
    for (const plugin of this.plugins) {
      this.#endSessions(plugin);
      if (isStep(plugin.state, 'restarting')) this.#changes.become(plugin, 'restarting', reason);
    }
    this.#changes.onChange();
  }

  /** The supervisor is gone for good, so no plugin runs: all become failed, and their sessions count as ended. */
  lost(reason: string): void {
    this.#reconciler.end(reason);
    for (const plugin of this.plugins) {
      this.#endSessions(plugin);
      if (stateMeanings[plugin.state].runs) this.#changes.become(plugin, 'failed', reason);
    }
  }

  #endSessions(plugin: InstalledPlugin): void {
    for (const [thread, link] of plugin.links.entries()) if (link) plugin.ended(thread, link.id, false);
  }

  /** Resolves once all changes so far are on disk, or could not be written. */
  async remembered(): Promise<void> {
    await this.#remembering;
    await this.#stateFile.catchUp().catch(() => {});
  }

  /** Stops all further starts, because the host is about to close. */
  closing(): void {
    this.#reconciler.end('the host has been closed');
  }
}
