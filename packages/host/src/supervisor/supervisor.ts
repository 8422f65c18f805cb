// The supervisor: the plugins that run, by name.

import type { AnyHookSet } from '@gatehouse/plugin-api/hooks';
import type { Bell } from '../channel/index.js';
import { openServerBell } from '../channel/index.js';
import { receivedHookSet } from '../contract/hook-set.js';
import type {
  PluginSpec,
  SupervisorControl,
  SupervisorEvent,
  SupervisorStart,
} from '../contract/supervisor-contract.js';
import { unawaited } from './guarded.js';
import { watchLongCalls } from './live-session.js';
import type { CreateRunner } from './runners/session-runner.js';
import { SupervisedPlugin } from './supervised-plugin.js';

export class Supervisor implements SupervisorControl {
  readonly #start: SupervisorStart;
  readonly #createRunner: CreateRunner;
  readonly #bell: Bell;
  readonly #hooks: AnyHookSet;
  readonly #plugins = new Map<string, SupervisedPlugin>();

  constructor(start: SupervisorStart, createRunner: CreateRunner) {
    this.#createRunner = createRunner;
    this.#start = start;
    this.#hooks = receivedHookSet(start.hookSet);
    this.#bell = openServerBell(start.serverBell);
    unawaited('the watch of long calls', watchLongCalls(this.#bell));
  }

  async start(spec: PluginSpec): Promise<void> {
    const before = this.#plugins.get(spec.name);
    const { sizes, serverBell, wait, events, life } = this.#start;
    const around = { hooks: this.#hooks, sizes, serverBell, wait, bell: this.#bell, life };
    const plugin = new SupervisedPlugin(spec, around, this.#createRunner, (event) =>
      events.postMessage({ ...event, plugin: spec.name } satisfies SupervisorEvent),
    );
    // Registered now, so that a stop finds it even while the previous one is still ending.
    this.#plugins.set(spec.name, plugin);
    await before?.stop();
    if (this.#plugins.get(spec.name) !== plugin) return;
    const runs = await plugin.start();
    if (!runs && this.#plugins.get(spec.name) === plugin) this.#plugins.delete(spec.name);
  }

  async stop(name: string): Promise<void> {
    const plugin = this.#plugins.get(name);
    if (plugin === undefined) return;
    this.#plugins.delete(name);
    await plugin.stop();
  }

  async replace(name: string, session: number, reason: string): Promise<void> {
    this.#plugins.get(name)?.replace(session, reason);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#plugins.keys()].map((name) => this.stop(name)));
  }
}
