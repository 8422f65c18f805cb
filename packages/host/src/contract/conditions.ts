// The conditions of a host and of its server: one table from which health, readiness and their documentation derive.

/**
 * - `info`: passes by itself.
 * - `warning`: something is wrong.
 * - `alert`: somebody has to act.
 */
export const severities = ['info', 'warning', 'alert'] as const;

export type Severity = (typeof severities)[number];

/**
 * Whether a condition takes the server out of service: never, always, or if the gate misses the plugin: it guards the
 * gate, and its policy for messages without an answer is not `continue`.
 */
export type Unready = 'never' | 'always' | 'where missed';

export interface ConditionRow {
  readonly severity: Severity;
  readonly unready: Unready;
  /** The part of the server that it is about. */
  readonly part:
    | 'starting'
    | 'draining'
    | 'store'
    | 'overload'
    | 'plugin'
    | 'supervisor'
    | 'certificate'
    | 'process'
    | 'clock';
  /** For people. `{plugin}` and `{share}` are filled in. Contains no path or reason, which only operators may see. */
  readonly sentence: string;
}

export const conditionTable = {
  'plugin-missing': {
    severity: 'alert',
    unready: 'where missed',
    part: 'plugin',
    sentence: '{plugin} is missing: it is enabled, and not found',
  },
  'plugin-invalid': {
    severity: 'alert',
    unready: 'where missed',
    part: 'plugin',
    sentence: '{plugin} is invalid: it is enabled, and cannot be taken as it is',
  },
  'plugin-failed': { severity: 'alert', unready: 'where missed', part: 'plugin', sentence: '{plugin} is failed' },
  'plugin-quarantined': {
    severity: 'alert',
    unready: 'where missed',
    part: 'plugin',
    sentence: '{plugin} is quarantined: it crashed too often',
  },
  'plugin-not-started': {
    severity: 'warning',
    unready: 'where missed',
    part: 'plugin',
    sentence: '{plugin} is enabled, and not started yet',
  },
  'plugin-starting': { severity: 'info', unready: 'where missed', part: 'plugin', sentence: '{plugin} is starting' },
  'plugin-restarting': {
    severity: 'warning',
    unready: 'where missed',
    part: 'plugin',
    sentence: '{plugin} is restarting',
  },
  'plugin-degraded': {
    severity: 'warning',
    unready: 'never',
    part: 'plugin',
    sentence: '{plugin} is degraded: it gave no verdict on {share} % of its messages in the last 10 s',
  },
  'plugin-unanswered': {
    severity: 'warning',
    unready: 'where missed',
    part: 'plugin',
    sentence: '{plugin} does not answer: more than 5 % of its messages in 10 s found it absent, late or crashed',
  },
  'plugin-files-gone': {
    severity: 'warning',
    unready: 'never',
    part: 'plugin',
    sentence: '{plugin} has no files any more: once it ends, it cannot be started again',
  },
  'plugin-folder': {
    severity: 'alert',
    unready: 'never',
    part: 'plugin',
    sentence: 'a plugin folder cannot be read: its plugins stay as they were',
  },
  'not-remembered': {
    severity: 'alert',
    unready: 'never',
    part: 'plugin',
    sentence: 'a change of {plugin} could not be stored: a restart forgets it',
  },
  'supervisor-restarting': {
    severity: 'warning',
    unready: 'never',
    part: 'supervisor',
    sentence: 'the supervisor of the plugins has ended, and another takes its place',
  },
  'supervisor-lost': {
    severity: 'alert',
    unready: 'never',
    part: 'supervisor',
    sentence: 'the supervisor of the plugins has ended: no plugin runs any more',
  },
  starting: { severity: 'info', unready: 'always', part: 'starting', sentence: 'the server is starting' },
  draining: { severity: 'info', unready: 'always', part: 'draining', sentence: 'the server is shutting down' },
  store: { severity: 'alert', unready: 'always', part: 'store', sentence: 'the store fails' },
  'store-damaged': {
    severity: 'alert',
    unready: 'always',
    part: 'store',
    sentence: 'mailboxes of the store are damaged: they are not served',
  },
  overload: { severity: 'warning', unready: 'always', part: 'overload', sentence: 'requests are being shed' },
  'certificate-expiring': {
    severity: 'warning',
    unready: 'never',
    part: 'certificate',
    sentence: 'the certificate expires within 30 days',
  },
  'certificate-expired': {
    severity: 'alert',
    unready: 'never',
    part: 'certificate',
    sentence: 'the certificate has expired',
  },
  'certificate-not-yet-valid': {
    severity: 'alert',
    unready: 'never',
    part: 'certificate',
    sentence: 'the certificate is not valid yet',
  },
  descriptors: {
    severity: 'warning',
    unready: 'never',
    part: 'process',
    sentence: 'connections are refused, because file descriptors are running short',
  },
  'disk-floor': {
    severity: 'alert',
    unready: 'never',
    part: 'store',
    sentence: 'the disk has less free room than is to be left: nothing is stored until there is more',
  },
  'clock-jumped': {
    severity: 'warning',
    unready: 'never',
    part: 'clock',
    sentence: 'the clock has jumped: what has expired since is hidden, and not removed until it has run for an hour',
  },
  'clock-unconfirmed': {
    severity: 'alert',
    unready: 'never',
    part: 'clock',
    sentence: 'the clock is far ahead: what has expired since is hidden, and not removed until an operator confirms it',
  },
} as const satisfies Readonly<Record<string, ConditionRow>>;

export type ConditionName = keyof typeof conditionTable;

/** A condition as its source reports it. */
export interface FoundCondition {
  readonly name: ConditionName;
  readonly plugin?: string;
  /** The reason, for operators: may contain paths and errors of plugins. */
  readonly reason?: string;
  /** In per cent. */
  readonly share?: number;
  /** Whether the gate misses that plugin; only used if the condition's row depends on it. */
  readonly isMissed?: boolean;
  /** Its beginning in ISO 8601, if known; else the time at which it was first seen counts. */
  readonly since?: string;
}

/** A condition as health and readiness report it. */
export interface Condition {
  readonly name: ConditionName;
  readonly severity: Severity;
  readonly makesUnready: boolean;
  /** ISO 8601. */
  readonly since: string;
  readonly sentence: string;
  /** The page that describes it. */
  readonly page: string;
  readonly plugin?: string;
  /** For operators only. */
  readonly reason?: string;
}

/** Returns a condition without its reason, as anybody may see it. */
export function withoutReason({ reason: _, ...condition }: Condition): Omit<Condition, 'reason'> {
  return condition;
}

/** Returns the sentence without the name of the plugin, for people other than operators. */
export function sentenceWithoutName({ name, plugin, sentence }: Condition): string {
  if (plugin === undefined) return sentence;
  const row: ConditionRow = conditionTable[name];
  const at = row.sentence.indexOf('{plugin}');
  const anybody = row.unready === 'where missed' ? 'a plugin that guards the gate' : 'a plugin';
  return at < 0 ? sentence : sentence.slice(0, at) + anybody + sentence.slice(at + plugin.length);
}

export type HealthStatus = 'ok' | 'degraded' | 'failing';

/** Returns the overall status: an alert means failing, a warning degraded. */
export function healthStatusOf(conditions: readonly Pick<Condition, 'severity'>[]): HealthStatus {
  if (conditions.some(({ severity }) => severity === 'alert')) return 'failing';
  return conditions.some(({ severity }) => severity === 'warning') ? 'degraded' : 'ok';
}

/** Remembers the beginning of each active condition. */
export class ActiveConditions {
  #active: ReadonlyMap<string, Condition> = new Map();

  /** Replaces the active conditions. */
  update(found: readonly FoundCondition[], now: Date = new Date()): readonly Condition[] {
    const before = this.#active;
    this.#active = new Map(
      found.map((one) => {
        const key = keyOf(one);
        return [key, conditionOf(one, one.since ?? before.get(key)?.since ?? now.toISOString())];
      }),
    );
    return [...this.#active.values()];
  }
}

function keyOf({ name, plugin = '' }: Pick<FoundCondition, 'name' | 'plugin'>): string {
  return `${name} ${plugin}`;
}

function conditionOf({ name, plugin, reason, share, isMissed }: FoundCondition, since: string): Condition {
  const { severity, unready, sentence }: ConditionRow = conditionTable[name];
  const filled = sentence.replace('{plugin}', () => plugin ?? '').replace('{share}', () => String(share ?? 0));
  return {
    name,
    severity,
    makesUnready: unready === 'always' || (unready === 'where missed' && isMissed === true),
    since,
    sentence: filled,
    page: `docs/conditions.md#${name}`,
    ...(plugin !== undefined && { plugin }),
    ...(reason !== undefined && reason !== '' && { reason }),
  };
}
