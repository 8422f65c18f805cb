// The plugins that a host knows, by name: found in its folders, with what it remembers of each.

import { isHookName } from '@gatehouse/plugin-api/hooks';
import { GatehouseError } from './errors.js';
import { findPlugins } from './folders/find-plugins.js';
import type { FoundPlugin } from './folders/found-plugin.js';
import type { StateFile } from './folders/state-file.js';
import { HostedPlugin } from './hosted-plugin.js';
import type { PluginChanges } from './plugin-changes.js';
import type { PolicyWish } from './policy.js';
import type { ThreadOptions } from './thread-spec.js';

export interface KnownPluginsOptions {
  readonly folders: readonly string[];
  readonly enabledAtFirst: readonly string[];
  readonly threads: ThreadOptions;
  readonly policies: Readonly<Record<string, PolicyWish>>;
}

export class KnownPlugins {
  readonly #options: KnownPluginsOptions;
  readonly #stateFile: StateFile;
  readonly #changes: PluginChanges;
  readonly #plugins = new Map<string, HostedPlugin>();
  /** Broken entries whose name another plugin has already. */
  #doubles: readonly HostedPlugin[] = [];

  constructor(options: KnownPluginsOptions, stateFile: StateFile, changes: PluginChanges) {
    this.#options = options;
    this.#stateFile = stateFile;
    this.#changes = changes;
  }

  /** Every plugin in the chain's order: by `order`, then by name. */
  get inOrder(): readonly HostedPlugin[] {
    return [...this.#plugins.values()].sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
  }

  get doubles(): readonly HostedPlugin[] {
    return this.#doubles;
  }

  /** Plugins that are to run and are in none of the folders. */
  get missing(): readonly string[] {
    const byDefault = this.#options.enabledAtFirst.filter((name) => this.#stateFile.of(name).enabled === undefined);
    return [...byDefault, ...this.#stateFile.enabled()].filter((name) => !this.#plugins.has(name));
  }

  /** As it was when the folders were last looked through. */
  get(name: string): HostedPlugin | undefined {
    return this.#plugins.get(name);
  }

  /** Looked for anew. @throws GatehouseError PLUGIN_UNKNOWN */
  async find(name: string): Promise<HostedPlugin> {
    await this.scan();
    const plugin = this.#plugins.get(name);
    if (plugin !== undefined) return plugin;
    const known = this.inOrder.map((other) => other.name).join(', ');
    throw new GatehouseError('PLUGIN_UNKNOWN', `no plugin is named ${name}; there are: ${known}`, { plugin: name });
  }

  /** Brings the list in step with the folders. What runs is left alone, also when its folder has gone. */
  async scan(): Promise<void> {
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
      if (from !== undefined) this.#changes.changed(known, from);
      this.#keepQuarantined(known);
      return;
    }
    const byDefault = this.#options.enabledAtFirst.includes(found.name);
    const { enabled = byDefault, hooks } = this.#stateFile.of(found.name);
    const policy = this.#options.policies[found.name];
    const plugin = new HostedPlugin(found, enabled, hooks?.filter(isHookName), policy, this.#options.threads);
    this.#plugins.set(found.name, plugin);
    this.#changes.changed(plugin, undefined);
    this.#keepQuarantined(plugin);
  }

  /** Of one that was broken until now as well. */
  #keepQuarantined(plugin: HostedPlugin): void {
    const { quarantine } = this.#stateFile.of(plugin.name);
    if (quarantine === undefined || !plugin.enabled || plugin.state !== 'disabled') return;
    this.#changes.become(plugin, 'quarantined', quarantine.reason);
  }

  #forgetGone(found: ReadonlyMap<string, FoundPlugin>): void {
    for (const plugin of this.#plugins.values()) {
      const idle = plugin.state === 'disabled' || (plugin.state === 'invalid' && !plugin.enabled);
      if (idle && !found.has(plugin.name)) this.#plugins.delete(plugin.name);
    }
  }
}
