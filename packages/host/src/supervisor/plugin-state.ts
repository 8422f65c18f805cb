// The states of a plugin and the steps between them.

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
export type PluginState =
  | 'invalid'
  | 'disabled'
  | 'starting'
  | 'ready'
  | 'restarting'
  | 'quarantined'
  | 'failed'
  | 'stopping';

const steps: Readonly<Record<PluginState, readonly PluginState[]>> = {
  invalid: ['disabled'],
  // To `quarantined` at the host's start, where that is remembered.
  disabled: ['invalid', 'starting', 'quarantined', 'failed'],
  starting: ['ready', 'failed', 'stopping'],
  ready: ['restarting', 'quarantined', 'stopping', 'failed'],
  restarting: ['ready', 'quarantined', 'stopping', 'failed'],
  quarantined: ['starting', 'disabled', 'failed'],
  failed: ['starting', 'disabled', 'invalid'],
  stopping: ['disabled', 'failed'],
};

/** Whether a plugin may go from one state to the other. */
export function isStep(from: PluginState, to: PluginState): boolean {
  return steps[from].includes(to);
}
