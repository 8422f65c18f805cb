// An operator's client: the admin API, with typed answers.

import type { HealthAnswer, PluginAnswer, Problem, RescanAnswer } from '@gatehouse/host/admin';

/** The admin API refused. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor({ status, code, detail }: Problem) {
    super(`${status} ${code}: ${detail}`);
  }
}

const pollMs = 10_000;

export class Operator {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  health(): Promise<HealthAnswer> {
    return this.#ask('GET', 'health');
  }

  async plugins(): Promise<readonly PluginAnswer[]> {
    return (await this.#ask<{ readonly plugins: readonly PluginAnswer[] }>('GET', 'plugins')).plugins;
  }

  /** Has the folders looked through. */
  rescan(): Promise<RescanAnswer> {
    return this.#ask('POST', 'plugins/rescan');
  }

  plugin(name: string): Promise<PluginAnswer> {
    return this.#ask('GET', `plugins/${name}`);
  }

  enable(name: string): Promise<PluginAnswer> {
    return this.#ask('POST', `plugins/${name}/enable`);
  }

  disable(name: string): Promise<PluginAnswer> {
    return this.#ask('POST', `plugins/${name}/disable`);
  }

  /** Asks until the plugin is so. The API has nothing to wait on. */
  async pluginWhen(name: string, isSo: (plugin: PluginAnswer) => boolean): Promise<PluginAnswer> {
    const until = performance.now() + pollMs;
    for (;;) {
      const plugin = await this.plugin(name);
      if (isSo(plugin) || performance.now() > until) return plugin;
    }
  }

  /** @throws Refused */
  async #ask<T>(method: 'GET' | 'POST', path: string): Promise<T> {
    const headers = { authorization: `Bearer ${this.#token}` };
    const response = await fetch(`${this.#url}/${path}`, { method, headers });
    if (!response.ok) throw new Refused((await response.json()) as Problem);
    return (await response.json()) as T;
  }
}
