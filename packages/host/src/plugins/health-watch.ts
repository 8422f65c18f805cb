// Keeps the host's list of conditions: samples the plugins once a second, and logs conditions that begin and end.

import { Tally } from '../asking/tally.js';
import { ActiveConditions, type Condition, type FoundCondition } from '../contract/conditions.js';
import { type FaultCause, faultCauses } from '../contract/fault.js';
import type { HostLog } from '../contract/host-log.js';
import type { InstalledPlugin } from './installed-plugin.js';
import { type Decided, VerdictShares } from './verdict-shares.js';

const sampleMs = 1_000;

/** Faults that mean no answer. An error or a wrong answer of a plugin does not take a server out of service. */
const unansweredCauses: readonly FaultCause[] = ['unavailable', 'timed-out', 'crashed'];

/** Other conditions are logged where they arise: a plugin's state at its change. */
const isLogged = ({ name }: Pick<Condition, 'name'>) =>
  name === 'plugin-degraded' || name === 'plugin-unanswered' || name === 'plugin-folder';

export interface HealthSource {
  readonly plugins: () => readonly InstalledPlugin[];
  /** The conditions from all other sources. */
  readonly conditions: () => readonly FoundCondition[];
}

/** A snapshot of a plugin's tally. */
interface Stand {
  readonly decisions: number;
  readonly undecided: number;
  readonly faults: Readonly<Record<FaultCause, number>>;
}

interface Watched {
  readonly generation: number;
  readonly shares: VerdictShares;
  readonly stand: Stand;
}

export class HealthWatch {
  readonly #source: HealthSource;
  readonly #logger: HostLog;
  readonly #active = new ActiveConditions();
  readonly #timer: NodeJS.Timeout;
  #watched: ReadonlyMap<InstalledPlugin, Watched> = new Map();
  #logged: ReadonlyMap<string, Condition> = new Map();

  constructor(source: HealthSource, logger: HostLog) {
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
    // Includes disabled plugins, so that old faults do not count as new ones when they are enabled.
    this.#watched = new Map(this.#source.plugins().map((plugin) => [plugin, this.#watch(plugin, now)]));
    this.#log();
  }

  /** Samples a plugin. The shares of a new generation start over. */
  #watch(plugin: InstalledPlugin, now: number): Watched {
    const { generation } = plugin;
    const known = this.#watched.get(plugin);
    const shares = known?.generation === generation ? known.shares : new VerdictShares();
    const stand = standOf(plugin);
    shares.add(decidedSince(known?.stand ?? atFirst, stand, plugin), now);
    return { generation, shares, stand };
  }

  get #conditionsOfShares(): readonly FoundCondition[] {
    return this.#source.plugins().flatMap((plugin) => {
      const shares = plugin.enabled ? this.#watched.get(plugin)?.shares : undefined;
      const share = shares?.degradedPercent;
      const degraded = share === undefined ? [] : [{ name: 'plugin-degraded' as const, plugin: plugin.name, share }];
      // Faults that count as `continue` are not in the share, so a plugin in it is missed.
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

const atFirst: Stand = standOf({ tally: new Tally() });

function standOf({ tally }: Pick<InstalledPlugin, 'tally'>): Stand {
  const { continued, rejected, undecided, faults } = tally;
  return { decisions: continued + rejected + undecided + sumOf(faults, faultCauses), undecided, faults: { ...faults } };
}

/** Counts faults under the current policy. When the policy changes, earlier faults are not counted again. */
function decidedSince(before: Stand, now: Stand, plugin: InstalledPlugin): Decided {
  const added = (causes: readonly FaultCause[]) => sumOf(now.faults, causes) - sumOf(before.faults, causes);
  return {
    decisions: now.decisions - before.decisions,
    withoutVerdict: now.undecided - before.undecided + added(faultCauses),
    unanswered: added(unansweredCauses.filter((cause) => plugin.policyOf(cause) !== 'continue')),
  };
}

function sumOf(faults: Stand['faults'], causes: readonly FaultCause[]): number {
  return causes.reduce((sum, cause) => sum + faults[cause], 0);
}
