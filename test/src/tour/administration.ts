// What the operator does, as steps of the tour.

import type { PluginAnswer } from '@gatehouse/host/admin';
import { must } from './checks.js';
import type { Operator } from './operator.js';
import type { Page } from './page.js';

export class Administration {
  readonly #page: Page;
  readonly #operator: Operator;

  constructor(page: Page, operator: Operator) {
    this.#page = page;
    this.#operator = operator;
  }

  /** Lists the plugins: what is enabled is ready, and nothing is broken. */
  async lists(): Promise<void> {
    const ask = () => this.#operator.plugins();
    await this.#page.step('operator', 'lists the plugins', ask, (plugins) => {
      const wrong = plugins.filter(({ enabled, state }) => state !== (enabled ? 'ready' : 'disabled'));
      must(wrong.length === 0, `every plugin ready or disabled, got ${wrong.map(stateText).join(', ')}`);
      must(plugins.length > 0, 'plugins');
      return plugins.map(stateText).join(', ');
    });
    await this.#page.step(
      'operator',
      'asks for the health',
      () => this.#operator.health(),
      ({ ok }) => {
        must(ok, 'ok');
        return 'ok';
      },
    );
  }

  /** Sees a plugin that was dropped into the folder just now, and is not running. */
  /** Has the folders looked through, and finds the plugin there. */
  async finds(name: string): Promise<void> {
    const find = async () => {
      await this.#operator.rescan();
      return this.#operator.plugin(name);
    };
    await this.#page.step('operator', `finds ${name}`, find, isIn('disabled'));
  }

  async enables(name: string): Promise<void> {
    await this.#page.step('operator', `enables ${name}`, () => this.#operator.enable(name), isIn('ready'));
  }

  async disables(name: string): Promise<void> {
    await this.#page.step('operator', `disables ${name}`, () => this.#operator.disable(name), isIn('disabled'));
  }

  /** Waits until a plugin that crashed for the first time serves again, and sees why it was restarted. */
  async seesCrash(name: string, reason: RegExp): Promise<void> {
    const ask = () =>
      this.#operator.pluginWhen(name, ({ state, counters }) => state === 'ready' && counters.crashes > 0);
    await this.#page.step('operator', `looks at ${name}`, ask, (plugin) => {
      const { crashes, faults } = plugin.counters;
      must(crashes === 1 && faults.crashed === 1, `one crash, got ${crashes}, faults ${JSON.stringify(faults)}`);
      must(reason.test(plugin.reason), `a reason like ${reason}, got "${plugin.reason}"`);
      return `${isIn('ready')(plugin)}, crashes: ${crashes}, ${plugin.reason}`;
    });
  }
}

function isIn(state: PluginAnswer['state']): (plugin: PluginAnswer) => string {
  return (plugin) => {
    must(plugin.state === state, `${state}, got ${plugin.state}${plugin.reason && `: ${plugin.reason}`}`);
    return state === 'ready' ? `ready, for ${plugin.hooks.join(', ')}` : state;
  };
}

function stateText({ name, state, reason }: PluginAnswer): string {
  return `${name} ${state}${state === 'failed' || state === 'invalid' ? ` (${reason})` : ''}`;
}
