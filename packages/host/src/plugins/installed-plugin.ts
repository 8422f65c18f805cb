// One plugin of the host: its files, the operator's wishes, the supervisor's reports, and its counters.

import { type AnyHookSet, hasHook, messengerHooks } from '@gatehouse/plugin-api/hooks';
import { invariant } from '@gatehouse/support/invariant';
import type { RoutedPlugin } from '../asking/asked-plugin.js';
import { Pace } from '../asking/pace.js';
import { SessionLink } from '../asking/session-link.js';
import { Tally } from '../asking/tally.js';
import type { FaultCause } from '../contract/fault.js';
import { gateHooksOf } from '../contract/hook-set.js';
import { memoryGuard } from '../contract/memory-guard.js';
import { permissionWords } from '../contract/permissions.js';
import { isStep, type PluginState, stateMeanings } from '../contract/plugin-state.js';
import { type FaultPolicy, type PolicyWish, policiesOf, policyOf } from '../contract/policy.js';
import type { PluginStats } from '../contract/stats.js';
import type { PluginStatus } from '../contract/status.js';
import type { SupervisorEvent } from '../contract/supervisor-contract.js';
import { type Allowances, allowanceOf } from './allowances.js';
import type { Sighting } from './found/found-plugin.js';

type SessionOpened = Extract<SupervisorEvent, { readonly type: 'session-opened' }>;

/** The parts of a plugin that do not come from its files. */
interface Surroundings {
  /** The table of hooks of the host. */
  readonly hooks?: AnyHookSet | undefined;
  /** The hooks that it implemented before this host was started, if known. */
  readonly remembered?: readonly string[] | undefined;
  /** The operator's policy for its faults. */
  readonly policy?: PolicyWish | undefined;
  readonly allowances?: Allowances;
}

export class InstalledPlugin implements RoutedPlugin {
  readonly name: string;
  readonly tally = new Tally();
  readonly pace = new Pace();
  /** By thread: the session that serves as it, if there is one. */
  links: (SessionLink<InstalledPlugin> | undefined)[] = [];
  enabled: boolean;
  generation = 0;
  #found: Sighting;
  #since = new Date();
  #state: PluginState;
  #reason: string;
  /** The hooks that its session reported, and those remembered from an earlier host. */
  #said: readonly string[] | undefined;
  readonly #remembered: readonly string[] | undefined;
  readonly #gateHooks: readonly string[];
  readonly #policy: PolicyWish | undefined;
  readonly #allowances: Allowances | undefined;

  constructor(found: Sighting, enabled: boolean, around: Surroundings = {}) {
    const { hooks = messengerHooks, remembered, policy, allowances } = around;
    this.#gateHooks = gateHooksOf(hooks);
    this.#allowances = allowances;
    this.name = found.name;
    this.#policy = policy;
    this.enabled = enabled;
    this.#remembered = remembered?.filter((name) => hasHook(hooks, name));
    this.#found = found;
    this.#state = found.kind === 'valid' ? 'disabled' : found.kind;
    this.#reason = found.kind === 'valid' ? '' : found.reason;
  }

  get found(): Sighting {
    return this.#found;
  }

  get state(): PluginState {
    return this.#state;
  }

  get reason(): string {
    return this.#reason;
  }

  get expectsSession(): boolean {
    return stateMeanings[this.#state].expectsSession;
  }

  /** The time at which it entered its state. */
  get since(): Date {
    return this.#since;
  }

  /**
   * The hooks that it implements, as reported when it was loaded. Until then, those that it had before this host was
   * started and those that its manifest announces: better too many than a missing guard. Undefined if unknown, and for
   * an empty list too, because every plugin implements a hook.
   */
  get hooks(): readonly string[] | undefined {
    if (this.#said !== undefined) return this.#said;
    const announced = this.#found.kind === 'valid' ? (this.#found.manifest.hooks ?? []) : [];
    const all = [...new Set([...(this.#remembered ?? []), ...announced])];
    return all.length === 0 ? undefined : all;
  }

  /** Place in the chain. */
  get order(): number {
    return this.#found.kind === 'valid' ? this.#found.manifest.order : 0;
  }

  /** The longest that it may take over one gate call, in ms. */
  get deadlineMs(): number {
    return this.#found.kind === 'valid' ? this.#found.manifest.deadlineMs : 0;
  }

  /** Returns the policy for a fault of this cause. */
  policyOf(cause: FaultCause): FaultPolicy {
    return policyOf(cause, this.#policy, this.#wish);
  }

  get #wish(): PolicyWish | undefined {
    return this.#found.kind === 'valid' ? this.#found.manifest.onFault : undefined;
  }

  /** Reports that the last scan did not find its files where it was started from; empty if it did. */
  filesGone = '';

  /** Takes in the current content of the folder. A running plugin keeps what it was started from. */
  refresh(found: Sighting): PluginState | undefined {
    if (stateMeanings[this.#state].runs) return undefined;
    // It may be mended by the time that it is released. A missing plugin is no new finding.
    if (this.#state === 'quarantined') {
      if (found.kind !== 'missing') this.#found = found;
      return undefined;
    }
    this.#found = found;
    if (found.kind !== 'valid') return this.become(found.kind, found.reason);
    return this.#state === 'invalid' || this.#state === 'missing' ? this.become('disabled', '') : undefined;
  }

  /** Changes the state. Returns the previous one, or undefined if nothing changed. */
  become(state: PluginState, reason: string): PluginState | undefined {
    const from = this.#state;
    if (from === state && this.#reason === reason) return undefined;
    invariant(from === state || isStep(from, state), 'a plugin goes only where its state leads');
    if (from !== state) this.#since = new Date();
    this.#state = state;
    this.#reason = reason;
    return from;
  }

  opened({ thread, session, hooks, ...opened }: SessionOpened): void {
    invariant(thread >= 0 && thread < this.links.length, 'a session serves as one of the threads of its plugin');
    this.#said = hooks;
    this.links[thread] = new SessionLink(this, { id: session, ...opened });
  }

  ended(thread: number, session: number, crashed: boolean): void {
    const link = this.links[thread];
    if (crashed) this.tally.crashes++;
    if (link?.id !== session) return;
    this.tally.observed += link.observed;
    this.tally.discarded += Math.max(0, link.ring.written - link.observed);
    this.tally.observerErrors += link.observerErrors;
    this.tally.logDropped += link.logDropped;
    this.links[thread] = undefined;
  }

  /**
   * Whether the plugin has a handler for the hook. If its hooks are unknown, it is assumed to implement all: an enabled
   * guard that cannot start must not count as one without an objection.
   */
  implements(hook: string): boolean {
    return this.hooks?.includes(hook) ?? true;
  }

  /** Whether any gate asks it. */
  get isGuard(): boolean {
    return this.#gateHooks.some((hook) => this.implements(hook));
  }

  /** Its figures, without a look at its files. */
  get stats(): PluginStats {
    return {
      name: this.name,
      enabled: this.enabled,
      state: this.#state,
      since: this.#since.toISOString(),
      generation: this.generation,
      sessions: this.links.filter((link) => link?.isOpen).length,
      counters: this.#counters(),
    };
  }

  get status(): PluginStatus {
    const found = this.#found;
    const valid = found.kind === 'valid';
    return {
      name: this.name,
      title: valid ? found.title : found.name,
      version: valid ? found.version : '',
      path: found.path,
      enabled: this.enabled,
      state: this.#state,
      reason: this.#reason,
      generation: this.generation,
      order: this.order,
      threads: valid ? found.manifest.threads : 0,
      hooks: this.hooks ?? [],
      ...this.#allowance(),
      ...this.#home(),
      policy: policiesOf(this.#policy, this.#wish),
      counters: this.#counters(),
    };
  }

  /** Returns the fields that depend on whether it has processes of its own. */
  #home(): Pick<PluginStatus, 'pids' | 'memoryGuard'> {
    if (this.#allowance().isolation !== 'process') return { pids: [], memoryGuard };
    const pids = this.links.flatMap((link) => (link === undefined ? [] : [link.livesIn]));
    return { pids, memoryGuard: 'process' };
  }

  /** Returns its tier, and the permissions that it asks for: granted or refused. */
  #allowance(): Pick<PluginStatus, 'isolation' | 'permissions'> {
    if (this.#found.kind !== 'valid' || this.#allowances === undefined) return {};
    const { isolation, granted, refused } = allowanceOf(this.#found, this.#allowances);
    return { isolation, permissions: { granted: permissionWords(granted), refused } };
  }

  #counters(): PluginStatus['counters'] {
    const { faults, admitted, dropped, discarded, ...tally } = this.tally;
    const links = this.links.filter((link) => link !== undefined);
    return {
      ...tally,
      lost: discarded,
      faults: { ...faults },
      admitted: { ...admitted },
      dropped: { ...dropped },
      observed: links.reduce((sum, link) => sum + link.observed, tally.observed),
      observerErrors: links.reduce((sum, link) => sum + link.observerErrors, tally.observerErrors),
      logDropped: links.reduce((sum, link) => sum + link.logDropped, tally.logDropped),
    };
  }
}
