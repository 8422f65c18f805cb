// The plugins of this host: enabled and disabled by operators, kept in step with the supervisor.

import { LateError, within } from '@gatehouse/support/deadline';
import { stateMeanings } from '../contract/plugin-state.js';
import type { PluginStatus, StateChange } from '../contract/status.js';
import type { SupervisorEvent } from '../contract/supervisor-contract.js';
import { Catalogue, type CatalogueOptions } from './catalogue.js';
import { Changes } from './changes.js';
import type { InstalledPlugin } from './installed-plugin.js';
import { type PluginControl, Reconciler, type ReconcilerOptions } from './reconcile.js';
import type { Remembered, StateFile } from './state-file.js';
import { Turns } from './turns.js';

export type RegistryOptions = CatalogueOptions & ReconcilerOptions;

/** An operator has said otherwise. */
const released: Pick<Remembered, 'quarantine'> = { quarantine: undefined };

function passLate(error: unknown): void {
  if (!(error instanceof LateError)) throw error;
}

export class Registry {
  readonly #stateFile: StateFile;
  readonly #changes = new Changes();
  readonly #known: Catalogue;
  readonly #turns = new Turns();
  readonly #reconciler: Reconciler;
  /** What is being remembered without anybody who waits for it. */
  #remembering: Promise<unknown> = Promise.resolve();

  constructor(options: RegistryOptions, stateFile: StateFile, control: PluginControl) {
    this.#stateFile = stateFile;
    this.#known = new Catalogue(options, stateFile, this.#changes);
    this.#reconciler = new Reconciler(options, stateFile, control, this.#changes, this.#turns);
  }

  /** Every plugin in the chain's order. */
  get plugins(): readonly InstalledPlugin[] {
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
    await within(readyMs, this.#reconciler.startWanted(this.plugins), 'plugins are still starting').catch(passLate);
    return this.plugins.filter(({ state }) => state === 'starting').map(({ name }) => name);
  }

  /** All plugins, looked for anew. */
  async list(): Promise<readonly PluginStatus[]> {
    await this.#known.scan();
    void this.#reconciler.startWanted(this.plugins);
    return [...this.plugins, ...this.#known.duplicates].map(({ status }) => status);
  }

  async get(name: string): Promise<PluginStatus> {
    const plugin = await this.#known.find(name);
    void this.#reconciler.startWanted(this.plugins);
    return plugin.status;
  }

  /**
   * Starts a plugin and remembers it; one that cannot be started stays as it was, and is not remembered. One that is
   * quarantined is released by this, on trial.
   */
  enable(name: string): Promise<PluginStatus> {
    return this.#turns.run(name, async () => {
      const plugin = await this.#known.find(name);
      const runs = plugin.state === 'ready' || plugin.state === 'restarting';
      if (!runs) await this.#reconciler.start(plugin);
      try {
        await this.#stateFile.remember(name, { enabled: true, hooks: plugin.hooks ?? [], ...(!runs && released) });
      } catch (error) {
        if (!runs) await this.#reconciler.stop(plugin);
        throw error;
      }
      plugin.enabled = true;
      this.#changes.changed(plugin, undefined);
      return plugin.status;
    });
  }

  /** Stops a plugin and remembers that. From then on nothing is put to it any more. A start is not waited for. */
  disable(name: string): Promise<PluginStatus> {
    this.#reconciler.interruptStart(this.#known.get(name));
    return this.#turns.run(name, async () => {
      const plugin = await this.#known.find(name);
      await this.#stateFile.remember(name, { enabled: false, ...released });
      plugin.enabled = false;
      this.#changes.changed(plugin, undefined);
      if (plugin.state !== 'disabled' && plugin.state !== 'invalid') await this.#reconciler.stop(plugin);
      return plugin.status;
    });
  }

  /** Takes in what happened to a plugin's sessions and states. */
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

  /** What cannot be remembered is said where operators look. */
  async #rememberQuarantine(plugin: InstalledPlugin): Promise<void> {
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
    this.#reconciler.end(reason);
    for (const plugin of this.plugins) {
      for (const [thread, link] of plugin.links.entries()) if (link) plugin.ended(thread, link.id, false);
      if (stateMeanings[plugin.state].runs) this.#changes.become(plugin, 'failed', reason);
    }
  }

  /** Resolves once what was told so far is on disk, where it is to be. */
  async remembered(): Promise<void> {
    await this.#remembering;
  }

  /** The host is about to close: nothing is started any more. */
  closing(): void {
    this.#reconciler.end('the host has been closed');
  }
}
