// Puts a host together: options, state file, supervisor, registry, and the routes by which plugins are asked and told.

import { type HookTable, messengerHooks } from '@gatehouse/plugin-api/hooks';
import { auditAdmission } from './asking/audit.js';
import { FaultLog } from './asking/fault-log.js';
import type { FaultWatch } from './asking/fault-watch.js';
import { Gate } from './asking/gate.js';
import { Grace } from './asking/grace.js';
import { Observers } from './asking/observers.js';
import { Pings } from './asking/pings.js';
import { Routes } from './asking/routes.js';
import { createServerBell, openServerBell } from './channel/index.js';
import type { Condition, FoundCondition } from './contract/conditions.js';
import type { Decision } from './contract/decision.js';
import { GatehouseError, messageOf } from './contract/errors.js';
import { sentHookSet } from './contract/hook-set.js';
import type { PlainLogger } from './contract/plain-logger.js';
import type { PluginStatus, Rescan, StateChange, SupervisorStatus } from './contract/status.js';
import type { SupervisorEvent } from './contract/supervisor-contract.js';
import type { Host, HostHooks, HostOf } from './host.js';
import { type CheckedOptions, checkOptions } from './options/check-options.js';
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
import { SupervisorKeeper } from './supervisor/supervisor-keeper.js';

/**
 * Starts a host, of the messenger's hooks or of a table made with `defineHooks`. Resolves when every enabled plugin is
 * ready or has failed, or after `readyMs`.
 * @throws GatehouseError OPTIONS_INVALID, STATE_FILE_INVALID, STATE_FILE_IN_USE
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
  readonly #lock: StateLock;
  readonly #pings: Pings;
  readonly #supervisorListeners = new Set<(status: SupervisorStatus) => void>();
  readonly #closeListeners = new Set<() => void>();
  #closed: Promise<void> | undefined;

  constructor(options: CheckedOptions, stateFile: StateFile, lock: StateLock) {
    this.#lock = lock;
    const { hooks, logger, sizes, wait } = options;
    const bell = createServerBell();
    this.#options = options;
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
      ...watchOf(options, this.#grace),
      // If the session really has ended, the supervisor already knows and ignores this.
      ended: ({ plugin, id }) => replace(plugin.name, id, 'its shared memory was overwritten'),
    };
    const gateOf = (name: string) => {
      const hook = { name, id: hooks.names.indexOf(name), row: hooks.rows[name]! };
      return new Gate(hook, openServerBell(bell), watch, options);
    };
    this.#routes = new Routes(hooks, gateOf, new Observers(hooks, logger, sizes.ringBytes));
    this.#pings = new Pings(
      () => this.#registry.plugins.flatMap(({ links }) => links.filter((link) => link !== undefined)),
      (link) => this.#grace.end(link),
      ({ plugin, id }, reason) => replace(plugin.name, id, reason),
    );
    this.#registry.onChange = () => this.#routes.replace(this.#registry.plugins);
    this.#registry.subscribe((change) => logChange(logger, change, registry.isEnabled(change.plugin)));
    this.#supervisor.begin();
  }

  async open(): Promise<void> {
    const { logger, readyMs } = this.#options;
    const registry = this.#registry;
    logStillStarting(logger, await registry.open(readyMs), readyMs);
    logUnknownNames(logger, this.#options, registry.plugins);
    logAbsent(logger, registry.plugins);
    logOverruled(logger, registry.overruled);
    for (const complaint of complaintsOfDeadlines(registry.plugins, this.#options)) logger.warn(complaint);
  }

  get hookMethods(): HostHooks {
    return this.#routes.methods as unknown as HostHooks;
  }

  ask(hook: string, event: unknown): Decision {
    return this.#routes.ask(hook, event);
  }

  askAll(hook: string, events: readonly unknown[]): Decision[] {
    return this.#routes.askAll(hook, events);
  }

  tell(hook: string, event: unknown): void {
    this.#routes.tell(hook, event);
  }

  list(): Promise<readonly PluginStatus[]> {
    return this.#registry.list();
  }

  get(name: string): Promise<PluginStatus> {
    return this.#registry.get(name);
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
    return this.#registry.subscribe(this.#harmless(listener));
  }

  onSupervisor(listener: (status: SupervisorStatus) => void): () => void {
    const harmless = this.#harmless(listener);
    this.#supervisorListeners.add(harmless);
    return () => this.#supervisorListeners.delete(harmless);
  }

  /** Wraps a listener so that an error is logged and ends nothing. */
  #harmless<T>(listener: (told: T) => void): (told: T) => void {
    return (told) => {
      try {
        listener(told);
      } catch (error) {
        this.#options.logger.error({ err: error }, `a subscriber to changes threw: ${messageOf(error)}`);
      }
    };
  }

  onClose(listener: () => void): () => void {
    const harmless = this.#harmless<void>(listener);
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

  async #close(): Promise<void> {
    this.#registry.closing();
    this.#grace.close();
    this.#pings.close();
    this.#health.close();
    await this.#supervisor.close();
    this.#registry.lost('the host has been closed');
    await this.#registry.remembered();
    await this.#lock.release();
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
    for (const listener of [...this.#supervisorListeners]) listener(status);
  }
}

function watchOf({ logger, auditLog, hooks }: CheckedOptions, grace: Grace): Omit<FaultWatch, 'ended'> {
  const log = new FaultLog(logger);
  return {
    faulted: (plugin, hook, cause, policy, detail) => log.write(plugin.name, hook, cause, policy, detail),
    undecided: (plugin, hook, detail) => log.writeUndecided(plugin, hook, detail),
    admitted: (plugin, hook, cause, event) =>
      auditAdmission(auditLog, hook, hooks.rows[hook]!.log, event, plugin, cause),
    stalled: (link, hook) => grace.begin(link, hook),
    recovered: (link) => grace.end(link),
  };
}
