// The states of a plugin: the one table of what each may become and what it means.

import type { ConditionName } from './conditions.js';

/** The meaning of a state. A plugin receives events only if it is also enabled. */
export interface StateMeaning {
  /** The states that may follow. */
  readonly mayBecome: readonly PluginState[];
  /** The supervisor runs it: its sessions live, begin or end. */
  readonly runs: boolean;
  /** A session that it lacks is on its way. In `ready` too: a session may have ended, and nobody has been told yet. */
  readonly expectsSession: boolean;
  /** It has a place in the chain. Without a session it counts as `unavailable`: an absent guard is not consent. */
  readonly isAsked: boolean;
  /** Observer events are meant for it, and count as dropped while it has no session. */
  readonly isTold: boolean;
  /** The condition that an enabled plugin in this state is reported as; absent if all is well. */
  readonly condition?: ConditionName;
  /** The level at which a change to it is logged. */
  readonly logLevel: 'info' | 'warn';
}

/**
 * The life of a plugin.
 *
 * - `missing`: wanted, but not found; it is started when it is found again.
 * - `invalid`: its folder or manifest is broken, or it is not the one that was enabled under its name.
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

const idle = { runs: false, expectsSession: false, isAsked: true, isTold: true } as const;
const running = { runs: true, expectsSession: true, isAsked: true, isTold: true } as const;
const calm = { logLevel: 'info' } as const;
const grave = { logLevel: 'warn' } as const;

export const stateMeanings: Readonly<Record<PluginState, StateMeaning>> = {
  missing: { mayBecome: ['disabled', 'invalid'], ...idle, ...grave, condition: 'plugin-missing' },
  invalid: { mayBecome: ['disabled', 'missing'], ...idle, ...grave, condition: 'plugin-invalid' },
  disabled: {
    // To `quarantined` at the host's start, if that is remembered.
    mayBecome: ['invalid', 'missing', 'starting', 'quarantined', 'failed'],
    ...idle,
    ...calm,
    condition: 'plugin-not-started',
  },
  starting: { mayBecome: ['ready', 'failed', 'stopping'], ...running, ...calm, condition: 'plugin-starting' },
  ready: { mayBecome: ['restarting', 'quarantined', 'stopping', 'failed'], ...running, ...calm },
  // It recovers by itself, but operators should know.
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
    expectsSession: false,
    isTold: false,
    ...calm,
    condition: 'plugin-not-started',
  },
};

/** Whether a plugin may change from one state to the other. */
export function isStep(from: PluginState, to: PluginState): boolean {
  return stateMeanings[from].mayBecome.includes(to);
}
