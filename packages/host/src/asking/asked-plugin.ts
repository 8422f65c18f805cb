// The parts of a plugin that asking and telling need. This room does not depend on whoever keeps the plugins.

import type { FaultCause } from '../contract/fault.js';
import type { PluginState } from '../contract/plugin-state.js';
import type { FaultPolicy } from '../contract/policy.js';
import type { Pace } from './pace.js';
import type { SessionLink } from './session-link.js';
import type { Tally } from './tally.js';

/** A session of such a plugin. */
export type AskedLink = SessionLink<AskedPlugin>;

/** A plugin that is asked or told. */
export interface AskedPlugin {
  readonly name: string;
  readonly generation: number;
  /** The longest that it may take over one gate call, in ms. */
  readonly deadlineMs: number;
  readonly tally: Tally;
  /** Sets the number of messages that it is asked about at once. */
  readonly pace: Pace;
  /** By thread: the session that serves as it, if there is one. */
  readonly links: readonly (AskedLink | undefined)[];
  /** A session that is missing is on its way. */
  readonly expectsSession: boolean;
  /** Returns the policy for a fault of this cause. */
  policyOf(cause: FaultCause): FaultPolicy;
}

/** A plugin with what decides whether it is asked or told. */
export interface RoutedPlugin extends AskedPlugin {
  readonly enabled: boolean;
  readonly state: PluginState;
  /** Whether it has a handler for the hook. */
  implements(hook: string): boolean;
}
