// The plugins that a host knows, by name: found in its folders, with what it remembers of each.

import { isHookName } from '@gatehouse/plugin-api/hooks';
import { GatehouseError } from '../contract/errors.js';
import type { PolicyWish } from '../contract/policy.js';
import type { Allowances } from './allowances.js';
import type { Changes } from './changes.js';
import { findPlugins } from './found/find-plugins.js';
import type { FoundPlugin } from './found/found-plugin.js';
import { InstalledPlugin } from './installed-plugin.js';
import type { StateFile } from './state-file.js';

export interface CatalogueOptions {
  readonly folders: readonly string[];
  readonly enabledAtFirst: readonly string[];
  readonly allowances: Allowances;
  readonly policies: Readonly<Record<string, PolicyWish>>;
}

export class Catalogue {
  readonly #options: CatalogueOptions;
  readonly #stateFile: StateFile;
  readonly #changes: Changes;
  readonly #plugins = new Map<string, InstalledPlugin>();
  /** Broken entries whose name another plugin has already. */
  #duplicates: readonly InstalledPlugin[] = [];

  constructor(options: CatalogueOptions, stateFile: StateFile, changes: Changes) {
    this.#options = options;
    this.#stateFile = stateFile;
    this.#changes = changes;
  }

  /** Every plugin in the chain's order: by `order`, then by name. */
  get inOrder(): readonly InstalledPlugin[] {
    return [...this.#plugins.values()].sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
  }

  get duplicates(): readonly InstalledPlugin[] {
    return this.#duplicates;
  }

  /** Plugins that are to run and are in none of the folders. */
  get missing(): readonly string[] {
    const byDefault = this.#options.enabledAtFirst.filter((name) => this.#stateFile.of(name).enabled === undefined);
    return [...byDefault, ...this.#stateFile.enabled()].filter((name) => !this.#plugins.has(name));
  }

  /** As it was when the folders were last looked through. */
  get(name: string): InstalledPlugin | undefined {
    return this.#plugins.get(name);
  }

  /** Looked for anew. @throws GatehouseError PLUGIN_UNKNOWN */
  async find(name: string): Promise<InstalledPlugin> {
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
    const duplicates: FoundPlugin[] = [];
    for (const plugin of found) {
      if (plugin.kind === 'invalid' && first.has(plugin.name)) duplicates.push(plugin);
      else if (first.get(plugin.name)?.kind === 'invalid') duplicates.push(first.get(plugin.name)!);
      if (plugin.kind === 'valid' || !first.has(plugin.name)) first.set(plugin.name, plugin);
    }
    this.#duplicates = duplicates.map((duplicate) => new InstalledPlugin(duplicate, false));
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
    const plugin = new InstalledPlugin(found, enabled, hooks?.filter(isHookName), policy, this.#options.allowances);
    this.#plugins.set(found.name, plugin);
    this.#changes.changed(plugin, undefined);
    this.#keepQuarantined(plugin);
  }

  /** Of one that was broken until now as well. */
  #keepQuarantined(plugin: InstalledPlugin): void {
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
