// Puts a host together: supervisor, registry, gates and observers.

import type { EventOf, HookName } from '@gatehouse/plugin-api';
import { hookNames, hooks } from '@gatehouse/plugin-api/hooks';
import type { Logger } from 'pino';
import { auditAdmission } from './audit.js';
import { createServerBell, openServerBell } from './channel/index.js';
import type { Decision } from './decision.js';
import { GatehouseError, messageOf } from './errors.js';
import { FaultLog } from './fault-log.js';
import { openStateFile, type StateFile } from './folders/state-file.js';
import { type FaultWatch, Gate } from './gate.js';
import { Grace } from './grace.js';
import type { Host, HostHooks, HostOptions } from './host.js';
import type { HostedPlugin, SessionLink } from './hosted-plugin.js';
import { Observers } from './observers.js';
import { type CheckedOptions, checkOptions } from './options.js';
import { Registry } from './registry.js';
import { type LogRecord, logLevels } from './session/session-start.js';
import type { PluginStatus, StateChange } from './status.js';
import { Supervision } from './supervision.js';
import type { SupervisorEvent } from './supervisor/control.js';

const gateHooks = hookNames.filter((name): name is HookName<'gate'> => hooks[name].kind === 'gate');
const observerHooks = hookNames.filter((name): name is HookName<'observer'> => hooks[name].kind === 'observer');

/**
 * Starts a host. Resolves when every enabled plugin is ready or has failed, or after `readyMs`.
 * @throws GatehouseError OPTIONS_INVALID, STATE_FILE_INVALID
 */
export async function createHost(options: HostOptions): Promise<Host> {
  const checked = checkOptions(options);
  const host = new PluginHost(checked, await openStateFile(checked.stateFile));
  try {
    await host.open();
  } catch (error) {
    await host.close();
    throw error;
  }
  return Object.assign(host, host.hookMethods());
}

const isWantedAndBroken = ({ enabled, state }: HostedPlugin) => enabled && state === 'invalid';

class PluginHost {
  readonly #logger: Logger;
  readonly #supervision: Supervision;
  readonly #registry: Registry;
  readonly #gates: ReadonlyMap<HookName, Gate>;
  readonly #observers: Observers;
  readonly #grace: Grace;
  readonly #readyMs: number;
  readonly #policies: CheckedOptions['policies'];
  #closed: Promise<void> | undefined;

  constructor(options: CheckedOptions, stateFile: StateFile) {
    const { logger, sizes, wait, plugins: folders, enabled: enabledAtFirst, config, policies } = options;
    const serverBell = createServerBell();
    this.#logger = logger;
    this.#readyMs = options.readyMs;
    this.#policies = policies;
    this.#supervision = new Supervision(
      { serverBell, sizes, wait },
      {
        told: (event) => this.#told(event),
        lost: (reason) => this.#lost(reason),
      },
    );
    this.#registry = new Registry(
      { folders, enabledAtFirst, config, policies, threads: options.threads },
      stateFile,
      this.#supervision.control,
    );
    this.#registry.onChange = () => this.#route();
    this.#registry.subscribe((change) => this.#logChange(change));
    this.#grace = new Grace(options.graceMs, (link, reason) => this.#replace(link, reason));
    const watch = this.#faultWatch();
    this.#gates = new Map(gateHooks.map((hook) => [hook, new Gate(hook, openServerBell(serverBell), watch, options)]));
    this.#observers = new Observers(logger, sizes.ringBytes);
  }

  async open(): Promise<void> {
    const starting = await this.#registry.open(this.#readyMs);
    if (starting.length > 0) {
      const plugins = starting.join(', ');
      this.#logger.warn(`still starting after ${this.#readyMs} ms, and unavailable until they are ready: ${plugins}`);
    }
    this.#warnOfStrangers();
    this.#warnOfMissing();
  }

  /** A guard whose folder has gone or is broken guards nothing any more, which nobody would notice otherwise. */
  #warnOfMissing(): void {
    for (const { name: plugin, reason } of this.#registry.plugins.filter(isWantedAndBroken)) {
      this.#logger.error({ plugin, reason }, `${plugin} is enabled, and broken: it does not run: ${reason}`);
    }
    for (const plugin of this.#registry.missing) {
      this.#logger.error({ plugin }, `${plugin} is enabled, and in none of the plugin folders: it does not run`);
    }
  }

  /** A policy whose plugin's name is mistyped would be believed to hold; it may be dropped in later, though. */
  #warnOfStrangers(): void {
    const known = this.#registry.plugins.map(({ name }) => name);
    for (const name of Object.keys(this.#policies)) {
      if (!known.includes(name)) this.#logger.warn(`policies.${name}: no plugin is named ${name}`);
    }
  }

  /** One method for each hook of the table. */
  hookMethods(): HostHooks {
    const gates = gateHooks.map((hook) => {
      const gate = this.#gates.get(hook)!;
      return [hook, (event: EventOf<typeof hook>) => gate.decide(event)] as const;
    });
    const observers = observerHooks.map(
      (hook) => [hook, (event: unknown) => this.#observers.tell(hook, event)] as const,
    );
    return Object.fromEntries([...gates, ...observers]) as unknown as HostHooks;
  }

  decideAll(hook: HookName<'gate'>, events: readonly EventOf<HookName<'gate'>>[]): Decision[] {
    return this.#gates.get(hook)!.decideAll(events);
  }

  list(): Promise<readonly PluginStatus[]> {
    return this.#registry.list();
  }

  get(name: string): Promise<PluginStatus> {
    return this.#registry.get(name);
  }

  async enable(name: string): Promise<PluginStatus> {
    this.#assertOpen();
    return this.#registry.enable(name);
  }

  async disable(name: string): Promise<PluginStatus> {
    this.#assertOpen();
    return this.#registry.disable(name);
  }

  subscribe(listener: (change: StateChange) => void): () => void {
    return this.#registry.subscribe((change) => {
      try {
        listener(change);
      } catch (error) {
        this.#logger.error({ err: error }, `a subscriber to changes threw: ${messageOf(error)}`);
      }
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#registry.closing();
    this.#grace.close();
    await this.#supervision.close();
    this.#registry.lost('the host has been closed');
    await this.#registry.remembered();
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new GatehouseError('HOST_CLOSED', 'the host has been closed');
  }

  /** Called from the event loop, where a throw would end the process. */
  #told(event: SupervisorEvent): void {
    try {
      if (event.type === 'record') this.#log(event.plugin, event.record);
      else this.#registry.told(event);
    } catch (error) {
      this.#logger.error({ err: error, plugin: event.plugin }, `not taken in: ${messageOf(error)}`);
    }
  }

  /** A record comes from a plugin's thread: its level is looked at before it is used. */
  #log(plugin: string, { level, fields, message }: LogRecord): void {
    const known = logLevels.includes(level) ? level : 'info';
    this.#logger[known]({ ...fields, plugin }, message);
  }

  #lost(reason: string): void {
    this.#logger.fatal({ reason }, 'the supervisor has ended; no plugin runs any more');
    this.#registry.lost(`the supervisor has ended: ${reason}`);
  }

  /** Brings the chains and the lists of listeners in step with what is enabled. */
  #route(): void {
    const enabled = this.#registry.plugins.filter((plugin) => plugin.enabled);
    for (const [hook, gate] of this.#gates) gate.chain = enabled.filter((plugin) => plugin.implements(hook));
    this.#observers.listeners = Object.fromEntries(
      observerHooks.map((hook) => [
        hook,
        enabled.filter((plugin) => plugin.state !== 'failed' && plugin.implements(hook)),
      ]),
    );
  }

  #faultWatch(): FaultWatch {
    const log = new FaultLog(this.#logger);
    return {
      faulted: (plugin, hook, cause, policy, detail) => log.write(plugin.name, hook, cause, policy, detail),
      admitted: (plugin, hook, cause, event) => auditAdmission(this.#logger, hook, event, plugin, cause),
      stalled: (link, hook) => this.#grace.begin(link, hook),
      // Of a session that has ended indeed the supervisor knows, and this changes nothing.
      ended: (link) => this.#replace(link, 'its shared memory was overwritten'),
      recovered: (link) => this.#grace.end(link),
    };
  }

  #replace({ plugin, id }: SessionLink, reason: string): void {
    this.#supervision.control.replace(plugin.name, id, reason).catch(() => {});
  }

  #logChange({ plugin, from, to, reason }: StateChange): void {
    const level = ['failed', 'quarantined', 'restarting', 'invalid'].includes(to) ? 'warn' : 'info';
    this.#logger[level]({ plugin, from, to, reason }, `${plugin} is ${to}${reason === '' ? '' : `: ${reason}`}`);
  }
}
