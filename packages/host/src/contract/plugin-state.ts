// The states of a plugin: the one table of what each may become and what it means for everybody who asks.

/** What a state means. Whether anything is put to a plugin also depends on its being enabled. */
export interface StateMeaning {
  /** The states that may follow. */
  readonly mayBecome: readonly PluginState[];
  /** The supervisor holds it: its sessions live, begin or end. */
  readonly runs: boolean;
  /** It has its place in the chain, where it counts as `unavailable` without a session: an absent guard is no consent. */
  readonly isAsked: boolean;
  /** Observer events are meant for it, and count as dropped while it has no session. */
  readonly isTold: boolean;
  /** An enabled plugin in this state needs nobody's attention. */
  readonly isHealthy: boolean;
  /** At which level a change to it is logged. */
  readonly logLevel: 'info' | 'warn';
}

/**
 * The life of a plugin.
 *
 * - `invalid`: its folder or manifest is broken; it cannot be enabled until that is mended.
 * - `disabled`: found, not running.
 * - `starting`: being loaded after it was enabled.
 * - `ready`: serving.
 * - `restarting`: a session ended unasked; a new one is on its way.
 * - `quarantined`: crashed too often; nothing is tried until an operator enables it again.
 * - `failed`: could not be started; nothing is tried until it is enabled again.
 * - `stopping`: on its way to `disabled`.
 */
export const pluginStates = [
  'invalid',
  'disabled',
  'starting',
  'ready',
  'restarting',
  'quarantined',
  'failed',
  'stopping',
] as const;

export type PluginState = (typeof pluginStates)[number];

const idle = { runs: false, isAsked: true, isTold: true } as const;
const running = { runs: true, isAsked: true, isTold: true } as const;
const fine = { isHealthy: true, logLevel: 'info' } as const;
const broken = { isHealthy: false, logLevel: 'warn' } as const;

export const stateMeanings: Readonly<Record<PluginState, StateMeaning>> = {
  invalid: { mayBecome: ['disabled'], ...idle, ...broken },
  // To `quarantined` at the host's start, where that is remembered.
  disabled: { mayBecome: ['invalid', 'starting', 'quarantined', 'failed'], ...idle, ...fine },
  starting: { mayBecome: ['ready', 'failed', 'stopping'], ...running, ...fine },
  ready: { mayBecome: ['restarting', 'quarantined', 'stopping', 'failed'], ...running, ...fine },
  // It heals by itself, which operators are to know all the same.
  restarting: { mayBecome: ['ready', 'quarantined', 'stopping', 'failed'], ...running, ...fine, logLevel: 'warn' },
  quarantined: { mayBecome: ['starting', 'disabled', 'failed'], ...idle, ...broken },
  failed: { mayBecome: ['starting', 'disabled', 'invalid'], ...idle, ...broken },
  stopping: { mayBecome: ['disabled', 'failed'], ...running, isTold: false, ...fine },
};

/** Whether a plugin may go from one state to the other. */
export function isStep(from: PluginState, to: PluginState): boolean {
  return stateMeanings[from].mayBecome.includes(to);
}
