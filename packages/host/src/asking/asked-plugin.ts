// What asking and telling needs of a plugin. Who keeps the plugins is not known here.

import type { HookName } from '@gatehouse/plugin-api';
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
  /** How long it may take over one gate call, in ms. */
  readonly deadlineMs: number;
  readonly tally: Tally;
  /** How many messages it is asked about at once. */
  readonly pace: Pace;
  /** The session that serves as each thread, where there is one. */
  readonly links: readonly (AskedLink | undefined)[];
  /** What a fault of this cause counts as. */
  policyOf(cause: FaultCause): FaultPolicy;
}

/** A plugin of which it is decided whether it is asked or told. */
export interface RoutedPlugin extends AskedPlugin {
  readonly enabled: boolean;
  readonly state: PluginState;
  /** Whether the hook's events are for it. */
  implements(hook: HookName): boolean;
}
