// Puts a host together: options, state file, supervisor, registry, and the routes by which plugins are asked and told.

import { type HookTable, messengerHooks } from '@gatehouse/plugin-api/hooks';
import { AsyncGate } from './asking/async-gate.js';
import { DecisionNumbers } from './asking/decision-numbers.js';
import type { FaultWatch } from './asking/fault-watch.js';
import { Gate } from './asking/gate.js';
import { Grace } from './asking/grace.js';
import { Observers } from './asking/observers.js';
import { Pings } from './asking/pings.js';
import { Rings } from './asking/rings.js';
import { Routes } from './asking/routes.js';
import { createServerBell, openServerBell } from './channel/index.js';
import type { Condition, FoundCondition } from './contract/conditions.js';
import type { Decision } from './contract/decision.js';
import { GatehouseError, messageOf } from './contract/errors.js';
import { sentHookSet } from './contract/hook-set.js';
import type { HostEvent } from './contract/host-event.js';
import type { PlainLogger } from './contract/plain-logger.js';
import type { HostStats } from './contract/stats.js';
import type { PluginStatus, Rescan, StateChange, SupervisorStatus } from './contract/status.js';
import type { SupervisorEvent } from './contract/supervisor-contract.js';
import type { Host, HostHooks, HostOf } from './host.js';
import { type AskOptions, checkAskOptions } from './options/ask-options.js';
import { type CheckedOptions, checkOptions } from './options/check-options.js';
import { checkEventOptions, type EventOptions } from './options/event-options.js';
import type { HostOptions, HostOptionsOf } from './options/host-options.js';
import { complaintsOfDeadlines } from './plugins/deadlines.js';
import { HealthWatch } from './plugins/health-watch.js';
import {
  logAbsent,
  logChange,
  logFinding,
  logNotRemembered,
  logOverruled,
  logPassedOver,
  logRecord,
  logRefused,
  logStillStarting,
  logSupervisor,
  logUnknownNames,
} from './plugins/log-lines.js';
import { conditionsOfSupervisor } from './plugins/plugin-conditions.js';
import { Registry } from './plugins/registry.js';
import { openStateFile, type StateFile } from './plugins/state-file.js';
import { lockStateFile, type StateLock } from './plugins/state-lock.js';
import { assertReady } from './plugins/strictness.js';
import { CountedRoutes } from './reports/counted-routes.js';
import { faultReports } from './reports/fault-reports.js';
import { HostEvents } from './reports/host-events.js';
import { SupervisorKeeper } from './supervisor/supervisor-keeper.js';

/**
 * Starts a host, of the messenger's hooks or of a table made with `defineHooks`. Resolves when every enabled plugin is
 * ready or has failed, or after `readyMs`. With `strict`, rejects unless each of them is ready.
 * @throws GatehouseError OPTIONS_INVALID, STATE_FILE_INVALID, STATE_FILE_IN_USE, SUPERVISOR_LOST, PLUGINS_NOT_READY
 */
export function createHost<T extends HookTable>(options: HostOptionsOf<T>): Promise<HostOf<T>>;
export function createHost(options: HostOptions): Promise<Host>;
export async function createHost(options: HostOptions): Promise<Host> {
  const checked = checkOptions(options);
  const { stateFile, takeOver, logger } = checked;
  const lock = await lockStateFile(stateFile, { takeOver, onUnlocked: (why) => logger.warn(why) });
  const host = await hostWith(checked, lock).catch(async (error) => {
    await lock.release();
    throw error;
  });
  try {
    await host.open();
  } catch (error) {
    await host.close();
    throw error;
  }
  const isMessenger = checked.hooks.hash === messengerHooks.hash;
  return (isMessenger ? Object.assign(host, host.hookMethods) : host) as unknown as Host;
}

async function hostWith(options: CheckedOptions, lock: StateLock): Promise<PluginHost> {
  const stateFile = await openStateFile(options.stateFile, () => lock.mustBeHeld());
  return new PluginHost(options, stateFile, lock);
}

class PluginHost {
  readonly #options: CheckedOptions;
  readonly #supervisor: SupervisorKeeper;
  readonly #registry: Registry;
  readonly #grace: Grace;
  readonly #health: HealthWatch;
  #ofSupervisor: readonly FoundCondition[] = [];
  readonly #routes: Routes;
  readonly #counted: CountedRoutes;
  readonly #events: HostEvents;
  readonly #since = new Date().toISOString();
  readonly #lock: StateLock;
  readonly #pings: Pings;
  readonly #closeListeners = new Set<() => void>();
  #closed: Promise<void> | undefined;

  constructor(options: CheckedOptions, stateFile: StateFile, lock: StateLock) {
    this.#lock = lock;
    const { hooks, logger, sizes, wait } = options;
    const bell = createServerBell();
    this.#options = options;
    this.#events = new HostEvents(this, logger);
    this.#supervisor = new SupervisorKeeper(
      { hookSet: sentHookSet(hooks), serverBell: bell, sizes, wait },
      {
        onEvent: (event) => this.#onEvent(event),
        onTrouble: (message) => logger.error(`the supervisor goes on, but ${message}`),
        onStatus: (status) => this.#onSupervisor(status),
      },
    );
    this.#registry = new Registry(options, stateFile, this.#supervisor, {
      notRemembered: (plugin, error) => logNotRemembered(logger, plugin, error),
      found: (finding) => logFinding(logger, finding),
      passedOver: (entries) => logPassedOver(logger, entries),
    });
    const registry = this.#registry;
    const conditions = () => [...registry.conditions, ...this.#ofSupervisor];
    this.#health = new HealthWatch({ plugins: () => registry.plugins, conditions }, logger);
    const replace = (plugin: string, session: number, reason: string) => {
      this.#supervisor.replace(plugin, session, reason).catch(() => {});
    };
    this.#grace = new Grace(options.graceMs, ({ plugin, id }, reason) => replace(plugin.name, id, reason));
    const watch: FaultWatch = {
      ...faultReports(options, this.#grace, this.#events),
      // If the session really has ended, the supervisor already knows and ignores this.
      ended: ({ plugin, id }) => replace(plugin.name, id, 'its shared memory was overwritten'),
    };
    const serverBell = openServerBell(bell);
    const rings = new Rings(serverBell);
    const context = { bell: serverBell, rings, watch, numbers: new DecisionNumbers() };
    const gateOf = (name: string) => {
      const hook = { name, id: hooks.names.indexOf(name), row: hooks.rows[name]! };
      return { blocking: new Gate(hook, context, options), async: new AsyncGate(hook, context, options) };
    };
    this.#routes = new Routes(hooks, gateOf, new Observers(hooks, logger, sizes.ringBytes));
    this.#counted = new CountedRoutes(hooks, this.#routes, this);
    this.#pings = new Pings(
      () => this.#registry.plugins.flatMap(({ links }) => links.filter((link) => link !== undefined)),
      (link) => this.#grace.end(link),
      ({ plugin, id }, reason) => replace(plugin.name, id, reason),
    );
    this.#registry.onChange = () => {
      this.#routes.replace(this.#registry.plugins);
      rings.poke();
    };
    this.#registry.callsEnd = () => this.#routes.callsEnd();
    this.#registry.subscribe((change) => logChange(logger, change, registry.isEnabled(change.plugin)));
    this.#registry.subscribe((change) => this.#events.changed(change));
    this.#supervisor.begin();
  }

  async open(): Promise<void> {
    const { logger, readyMs, strict } = this.#options;
    const registry = this.#registry;
    const [late] = await Promise.all([registry.open(readyMs), this.#supervisor.serves()]);
    logStillStarting(logger, late, readyMs);
    logUnknownNames(logger, this.#options, registry.plugins);
    logAbsent(logger, registry.plugins);
    logOverruled(logger, registry.overruled);
    for (const complaint of complaintsOfDeadlines(registry.plugins, this.#options)) logger.warn(complaint);
    // What has been lost meanwhile too.
    await this.#supervisor.serves();
    if (strict) assertReady(registry.plugins, readyMs);
  }

  get hookMethods(): HostHooks {
    return this.#counted.methods as unknown as HostHooks;
  }

  ask(hook: string, event: unknown): Decision {
    return this.#counted.ask(hook, event);
  }

  async askAsync(hook: string, event: unknown, options?: AskOptions): Promise<Decision> {
    return this.#counted.askAsync(hook, event, checkAskOptions(options));
  }

  askAll(hook: string, events: readonly unknown[]): Decision[] {
    return this.#counted.askAll(hook, events);
  }

  tell(hook: string, event: unknown): void {
    this.#counted.tell(hook, event);
  }

  list(): Promise<readonly PluginStatus[]> {
    return this.#registry.list();
  }

  get(name: string): Promise<PluginStatus> {
    return this.#registry.get(name);
  }

  stats(): HostStats {
    const { plugins } = this.#registry;
    const pluginsOf = (hook: string) =>
      plugins.filter((plugin) => plugin.enabled && plugin.implements(hook)).map(({ name }) => name);
    return {
      since: this.#since,
      supervisor: this.supervisor,
      hooks: this.#counted.stats(pluginsOf),
      plugins: plugins.map((plugin) => plugin.stats),
    };
  }

  events(options: EventOptions = {}): AsyncIterableIterator<HostEvent> {
    return this.#events.read(checkEventOptions(options));
  }

  async rescan(): Promise<Rescan> {
    this.#assertOpen();
    return this.#registry.rescan();
  }

  conditions(): readonly Condition[] {
    return this.#health.conditions;
  }

  async enable(name: string): Promise<PluginStatus> {
    this.#assertOpen();
    try {
      return await this.#registry.enable(name);
    } catch (error) {
      logRefused(this.#options.logger, name, error);
      throw error;
    }
  }

  async disable(name: string): Promise<PluginStatus> {
    this.#assertOpen();
    return this.#registry.disable(name);
  }

  get supervisor(): SupervisorStatus {
    return this.#supervisor.status;
  }

  subscribe(listener: (change: StateChange) => void): () => void {
    return this.#registry.subscribe(this.#events.harmless(listener));
  }

  onSupervisor(listener: (status: SupervisorStatus) => void): () => void {
    return this.#events.onSupervisor(listener);
  }

  onClose(listener: () => void): () => void {
    const harmless = this.#events.harmless<void>(listener);
    if (this.#closed === undefined) this.#closeListeners.add(harmless);
    else harmless();
    return () => this.#closeListeners.delete(harmless);
  }

  get logger(): PlainLogger {
    return this.#options.logger;
  }

  close(): Promise<void> {
    if (this.#closed !== undefined) return this.#closed;
    this.#closed = this.#close();
    for (const listener of [...this.#closeListeners]) listener();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#registry.closing();
    this.#grace.close();
    this.#pings.close();
    this.#health.close();
    try {
      // Bounded by their budgets.
      await this.#routes.idle();
      await this.#supervisor.close();
      this.#registry.lost('the host has been closed');
      await this.#registry.remembered();
      await this.#lock.release();
    } finally {
      this.#events.close();
    }
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new GatehouseError('HOST_CLOSED', 'the host has been closed');
  }

  /** Called from the event loop, where a throw would end the process. */
  #onEvent(event: SupervisorEvent): void {
    const { logger } = this.#options;
    try {
      if (event.type === 'record') logRecord(logger, event.plugin, event.record);
      else this.#registry.onEvent(event);
    } catch (error) {
      logger.error({ err: error, plugin: event.plugin }, `not taken in: ${messageOf(error)}`);
    }
  }

  /** Called from the event loop, as `#onEvent` is. */
  #onSupervisor(status: SupervisorStatus): void {
    const { logger } = this.#options;
    const { state, reason } = status;
    logSupervisor(logger, status);
    this.#ofSupervisor = conditionsOfSupervisor(status);
    try {
      if (state === 'restarting') this.#registry.interrupted(reason);
      if (state === 'lost') this.#registry.lost(reason);
    } catch (error) {
      logger.error({ err: error }, `not taken in: ${messageOf(error)}`);
    }
    this.#events.supervised(status);
  }
}
