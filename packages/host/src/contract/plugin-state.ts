// The states of a plugin: the one table of what each may become and what it means for everybody who asks.

import type { ConditionName } from './conditions.js';

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
  /** The condition that an enabled plugin in this state is reported as; absent where all is well. */
  readonly condition?: ConditionName;
  /** At which level a change to it is logged. */
  readonly logLevel: 'info' | 'warn';
}

/**
 * The life of a plugin.
 *
 * - `missing`: it is to run, and not found; it is started when it is found again.
 * - `invalid`: its folder or manifest is broken, or it is another than the one that was enabled under its name.
 * - `disabled`: found, not running.
 * - `starting`: being loaded after it was enabled.
 * - `ready`: serving.
 * - `restarting`: a session ended unasked; a new one is on its way.
 * - `quarantined`: crashed too often; nothing is tried until an operator enables it again.
 * - `failed`: could not be started; nothing is tried until it is enabled again.
 * - `stopping`: on its way to `disabled`.
 */
export const pluginStates = [
  'missing',
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
const calm = { logLevel: 'info' } as const;
const grave = { logLevel: 'warn' } as const;

export const stateMeanings: Readonly<Record<PluginState, StateMeaning>> = {
  missing: { mayBecome: ['disabled', 'invalid'], ...idle, ...grave, condition: 'plugin-missing' },
  invalid: { mayBecome: ['disabled', 'missing'], ...idle, ...grave, condition: 'plugin-invalid' },
  disabled: {
    // To `quarantined` at the host's start, where that is remembered.
    mayBecome: ['invalid', 'missing', 'starting', 'quarantined', 'failed'],
    ...idle,
    ...calm,
    condition: 'plugin-not-started',
  },
  starting: { mayBecome: ['ready', 'failed', 'stopping'], ...running, ...calm, condition: 'plugin-starting' },
  ready: { mayBecome: ['restarting', 'quarantined', 'stopping', 'failed'], ...running, ...calm },
  // It heals by itself, which operators are to know all the same.
  restarting: {
    mayBecome: ['ready', 'quarantined', 'stopping', 'failed'],
    ...running,
    ...grave,
    condition: 'plugin-restarting',
  },
  quarantined: {
    mayBecome: ['starting', 'disabled', 'failed'],
    ...idle,
    ...grave,
    condition: 'plugin-quarantined',
  },
  failed: {
    mayBecome: ['starting', 'disabled', 'invalid', 'missing'],
    ...idle,
    ...grave,
    condition: 'plugin-failed',
  },
  stopping: {
    mayBecome: ['disabled', 'failed'],
    ...running,
    isTold: false,
    ...calm,
    condition: 'plugin-not-started',
  },
};

/** Whether a plugin may go from one state to the other. */
export function isStep(from: PluginState, to: PluginState): boolean {
  return stateMeanings[from].mayBecome.includes(to);
}
