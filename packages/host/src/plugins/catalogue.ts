// The plugins of a host by name, as found in its folders, each with its remembered state.

import { dirname } from 'node:path';
import type { AnyHookSet } from '@gatehouse/plugin-api/hooks';
import { didYouMean } from '@gatehouse/support/did-you-mean';
import { GatehouseError } from '../contract/errors.js';
import { stateMeanings } from '../contract/plugin-state.js';
import type { PolicyWish } from '../contract/policy.js';
import { missingPlugin } from './absence.js';
import type { Allowances } from './allowances.js';
import type { Changes } from './changes.js';
import { type FindingsListener, FindingsLog } from './findings-log.js';
import { findPlugins } from './found/find-plugins.js';
import type { FoundPlugin, Sighting, UnreadableFolder, ValidPlugin } from './found/found-plugin.js';
import { claimOf, homeOf, isAtHome } from './identity.js';
import { InstalledPlugin } from './installed-plugin.js';
import { Looks } from './looks.js';
import type { StateFile } from './state-file.js';
import { isMet, type Wish, Wishes, type WishOptions } from './wishes.js';

export interface CatalogueOptions extends WishOptions {
  readonly hooks?: AnyHookSet | undefined;
  readonly folders: readonly string[];
  readonly allowances: Allowances;
  readonly policies: Readonly<Record<string, PolicyWish>>;
}

export class Catalogue {
  readonly #options: CatalogueOptions;
  readonly #wishes: Wishes;
  readonly #stateFile: StateFile;
  readonly #changes: Changes;
  readonly #findings: FindingsLog;
  readonly #looks = new Looks(() => this.#lookThrough());
  readonly #plugins = new Map<string, InstalledPlugin>();
  /** Broken entries whose name another plugin already has. */
  #duplicates: readonly InstalledPlugin[] = [];
  #unreadable: readonly UnreadableFolder[] = [];
  /** By name: the path of a plugin that an operator is about to enable in place of another one of that name. */
  readonly #accepted = new Map<string, string>();

  constructor(options: CatalogueOptions, stateFile: StateFile, changes: Changes, findings: FindingsListener) {
    this.#findings = new FindingsLog(findings);
    this.#options = options;
    this.#wishes = new Wishes(options);
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

  /** Folders that could not be read at the last scan. */
  get unreadable(): readonly UnreadableFolder[] {
    return this.#unreadable;
  }

  /** The names of plugins that the options enable and that operators have disabled since. */
  get overruled(): readonly string[] {
    return this.#wishes.firm.map(({ name }) => name).filter((name) => this.#stateFile.of(name).enabled === false);
  }

  /** The plugin as of the last scan. */
  get(name: string): InstalledPlugin | undefined {
    return this.#plugins.get(name);
  }

  /** Returns the plugin of that name. @throws GatehouseError PLUGIN_UNKNOWN */
  known(name: string): InstalledPlugin {
    const plugin = this.#plugins.get(name);
    if (plugin !== undefined) return plugin;
    const names = this.inOrder.map((other) => other.name);
    const all = names.length === 0 ? 'there is none' : `there are: ${names.join(', ')}`;
    const message = `no plugin is named ${name}${didYouMean(name, names)}; ${all}`;
    throw new GatehouseError('PLUGIN_UNKNOWN', message, { plugin: name });
  }

  /**
   * Updates the list from the folders. Leaves running plugins alone, even if their folder has gone, and all plugins of
   * a folder that cannot be read.
   */
  scan(): Promise<void> {
    return this.#looks.anew();
  }

  /** Does the same, at most once a second. */
  glance(): Promise<void> {
    return this.#looks.recent();
  }

  /**
   * Accepts the plugin as it was found, although another one had its name before. Holds while `act` starts and
   * remembers it.
   */
  async accepting<T>(plugin: InstalledPlugin, act: () => Promise<T>): Promise<T> {
    const { found, name } = plugin;
    if (found.kind !== 'invalid' || found.claimant === undefined) return act();
    this.#accepted.set(name, found.path);
    try {
      this.#takeIn(found.claimant);
      return await act();
    } finally {
      this.#accepted.delete(name);
    }
  }

  async #lookThrough(): Promise<void> {
    const { folders } = this.#options;
    const findings = await findPlugins(folders, (plugin) => this.#isPreferred(plugin), this.#options.hooks?.names);
    this.#unreadable = findings.unreadable;
    const first = this.#firstOfEach(findings.plugins);
    const unmet = this.#unmetIn([...first.values()]);
    for (const plugin of first.values()) if (!this.#isOutOfSight(plugin)) this.#takeIn(this.#judged(plugin, unmet));
    for (const wish of [...unmet, ...this.#goneFrom(first)]) {
      if (first.has(wish.name) || this.#isOutOfSight(wish)) continue;
      this.#takeIn(missingPlugin(wish, this.#stateFile.of(wish.name), findings, folders));
    }
    this.#noteGoneFiles(findings.plugins);
    this.#forgetGone(first);
    this.#findings.scanned([...this.#plugins.values()], this.#duplicates);
    this.#findings.passedOver(findings.passedOver);
  }

  /** Notes which plugins keep a state although the scan did not find their files. */
  #noteGoneFiles(found: readonly FoundPlugin[]): void {
    const paths = new Set(found.map(({ path }) => path));
    for (const plugin of this.#plugins.values()) {
      const { kind, path } = plugin.found;
      const isGone = kind === 'valid' && !paths.has(path) && !this.#isOutOfSight(plugin);
      const elsewhere = found.find(({ name }) => name === plugin.name);
      const other = elsewhere === undefined ? '' : `; a plugin of its name is at ${elsewhere.path}`;
      plugin.filesGone = isGone ? `no plugin is at ${path} any more${other}` : '';
    }
  }

  #firstOfEach(found: readonly FoundPlugin[]): ReadonlyMap<string, FoundPlugin> {
    const first = new Map<string, FoundPlugin>();
    const duplicates: FoundPlugin[] = [];
    for (const plugin of found) {
      const other = first.get(plugin.name);
      if (plugin.kind === 'invalid' && other !== undefined) duplicates.push(plugin);
      else if (other?.kind === 'invalid') duplicates.push(other);
      if (plugin.kind === 'valid' || other === undefined) first.set(plugin.name, plugin);
    }
    this.#duplicates = duplicates.map((duplicate) => new InstalledPlugin(duplicate, false));
    return first;
  }

  #isPreferred(plugin: ValidPlugin): boolean {
    if (this.#wishes.namePath(plugin.path)) return true;
    const remembered = this.#stateFile.of(plugin.name);
    return remembered.place !== undefined && isAtHome(plugin, remembered, this.#options.folders);
  }

  /** Whether the plugin is in an unreadable folder. Its state is unknown then, and no other one may take its name. */
  #isOutOfSight({ name }: { readonly name: string }): boolean {
    const path = this.#plugins.get(name)?.found.path;
    return path !== undefined && this.#unreadable.some(({ folder }) => folder === dirname(path));
  }

  /** Turns a wanted plugin into a claimant if it is not the one that was meant. */
  #judged(found: FoundPlugin, unmet: readonly Wish[]): Sighting {
    if (found.kind === 'invalid' || this.#wishes.namePath(found.path)) return found;
    if (this.#accepted.get(found.name) === found.path) return found;
    const meant = unmet.find(({ name, path }) => path !== undefined && name === found.name);
    if (meant?.path !== undefined) return claimOf(found, meant.path);
    const remembered = this.#stateFile.of(found.name);
    if (!this.#isWanted(found) || isAtHome(found, remembered, this.#options.folders)) return found;
    return claimOf(found, homeOf(remembered));
  }

  #isWanted(found: Sighting): boolean {
    return this.#stateFile.of(found.name).enabled ?? this.#wishes.include(found);
  }

  /** Returns the plugins that operators want to run and that were not found. */
  #unmetIn(found: readonly FoundPlugin[]): readonly Wish[] {
    const isSilent = ({ name }: Wish) => this.#stateFile.of(name).enabled === undefined;
    const byState = this.#stateFile.enabled().map((name): Wish => ({ name }));
    const wishes = [...this.#wishes.firm.filter(isSilent), ...byState];
    return wishes.filter((wish) => !found.some((plugin) => isMet(wish, plugin)));
  }

  /** Returns the enabled plugins that do not run and that have disappeared since the last scan. */
  #goneFrom(found: ReadonlyMap<string, FoundPlugin>): readonly Wish[] {
    const isGone = ({ name, state, enabled }: InstalledPlugin) =>
      enabled && !found.has(name) && !stateMeanings[state].runs && !['missing', 'quarantined'].includes(state);
    const known = [...this.#plugins.values()].filter(isGone);
    return known.map(({ name, found: { path } }) => ({ name, path }));
  }

  #takeIn(found: Sighting): void {
    const known = this.#plugins.get(found.name);
    if (known !== undefined) {
      const from = known.refresh(found);
      if (from !== undefined) this.#changes.changed(known, from);
      this.#keepQuarantined(known);
      return;
    }
    const { hooks: remembered } = this.#stateFile.of(found.name);
    const { hooks, allowances } = this.#options;
    const policy = this.#options.policies[found.name];
    const isClaimant = found.kind === 'invalid' && found.claimant !== undefined;
    const isWanted = found.kind === 'missing' || isClaimant || this.#isWanted(found);
    const plugin = new InstalledPlugin(found, isWanted, { hooks, remembered, policy, allowances });
    this.#plugins.set(found.name, plugin);
    this.#changes.changed(plugin, undefined);
    this.#keepQuarantined(plugin);
  }

  /** Restores a remembered quarantine, also for a plugin that was broken until now. */
  #keepQuarantined(plugin: InstalledPlugin): void {
    const { quarantine } = this.#stateFile.of(plugin.name);
    if (quarantine === undefined || !plugin.enabled || plugin.state !== 'disabled') return;
    this.#changes.become(plugin, 'quarantined', quarantine.reason);
  }

  /** Forgets plugins that are gone and unwanted, and missing ones whose path now holds a plugin of another name. */
  #forgetGone(found: ReadonlyMap<string, FoundPlugin>): void {
    const paths = [...found.values()].map(({ path }) => path);
    for (const plugin of [...this.#plugins.values()]) {
      if (found.has(plugin.name) || this.#isOutOfSight(plugin) || stateMeanings[plugin.state].runs) continue;
      // A plugin that the state file enables is missing by its name, whatever is at its path now.
      const isByPath = this.#stateFile.of(plugin.name).enabled !== true;
      const isOther = isByPath && plugin.state === 'missing' && paths.includes(plugin.found.path);
      if (plugin.enabled && !isOther) continue;
      this.#plugins.delete(plugin.name);
      this.#changes.changed(plugin, undefined);
    }
  }
}
