// Keeps the list of conditions of the host: samples the plugins once a second, and logs what begins and ends.

import type { Logger } from 'pino';
import { ActiveConditions, type Condition, type FoundCondition } from '../contract/conditions.js';
import type { FaultCause } from '../contract/fault.js';
import type { InstalledPlugin } from './installed-plugin.js';
import { type Totals, VerdictShares } from './verdict-shares.js';

const sampleMs = 1_000;

/** Faults of these causes say that nobody answers; what a plugin throws or answers wrongly takes no server out of service. */
const unansweredCauses: readonly FaultCause[] = ['unavailable', 'timed-out', 'crashed'];

/** Reported where it happens: a plugin's state by its change. */
const isLogged = ({ name }: Pick<Condition, 'name'>) =>
  name === 'plugin-degraded' || name === 'plugin-unanswered' || name === 'plugin-folder';

export interface HealthSource {
  readonly plugins: () => readonly InstalledPlugin[];
  /** All that is known otherwise. */
  readonly conditions: () => readonly FoundCondition[];
}

interface Watched {
  readonly generation: number;
  readonly shares: VerdictShares;
}

export class HealthWatch {
  readonly #source: HealthSource;
  readonly #logger: Logger;
  readonly #active = new ActiveConditions();
  readonly #timer: NodeJS.Timeout;
  #watched: ReadonlyMap<string, Watched> = new Map();
  #logged: ReadonlyMap<string, Condition> = new Map();

  constructor(source: HealthSource, logger: Logger) {
    this.#source = source;
    this.#logger = logger;
    this.#timer = setInterval(() => this.sample(performance.now()), sampleMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  get conditions(): readonly Condition[] {
    return this.#active.update([...this.#source.conditions(), ...this.#conditionsOfShares]);
  }

  sample(now: number): void {
    const enabled = this.#source.plugins().filter((plugin) => plugin.enabled);
    this.#watched = new Map(enabled.map((plugin) => [plugin.name, this.#watchedOf(plugin)]));
    for (const plugin of enabled) this.#watched.get(plugin.name)?.shares.sample(totalsOf(plugin), now);
    this.#log();
  }

  /** A new generation begins anew. */
  #watchedOf(plugin: InstalledPlugin): Watched {
    const { name, generation } = plugin;
    const known = this.#watched.get(name);
    return known?.generation === generation ? known : { generation, shares: new VerdictShares(totalsOf(plugin)) };
  }

  get #conditionsOfShares(): readonly FoundCondition[] {
    return this.#source.plugins().flatMap((plugin) => {
      const shares = plugin.enabled ? this.#watched.get(plugin.name)?.shares : undefined;
      const share = shares?.degradedPercent;
      const degraded = share === undefined ? [] : [{ name: 'plugin-degraded' as const, plugin: plugin.name, share }];
      // What counts as `continue` is not in the share, so whoever is in it is missed.
      const unanswered = { name: 'plugin-unanswered' as const, plugin: plugin.name, isMissed: true };
      return shares?.isUnanswered ? [...degraded, unanswered] : degraded;
    });
  }

  #log(): void {
    const now = new Map(this.conditions.filter(isLogged).map((one) => [`${one.name} ${one.plugin ?? ''}`, one]));
    for (const [key, one] of now) if (!this.#logged.has(key)) this.#write(one, one.sentence);
    for (const [key, one] of this.#logged) if (!now.has(key)) this.#write(one, `no longer: ${one.sentence}`);
    this.#logged = now;
  }

  #write({ name: condition, plugin, reason }: Condition, words: string): void {
    const level = words.startsWith('no longer') ? 'info' : 'warn';
    this.#logger[level]({ condition, ...(plugin && { plugin }), ...(reason && { reason }) }, words);
  }
}

function totalsOf(plugin: InstalledPlugin): Totals {
  const { continued, rejected, undecided, faults } = plugin.tally;
  const faulty = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const missed = unansweredCauses.filter((cause) => plugin.policyOf(cause) !== 'continue');
  return {
    decisions: continued + rejected + undecided + faulty,
    withoutVerdict: undecided + faulty,
    unanswered: missed.reduce((sum, cause) => sum + faults[cause], 0),
  };
}
