// What the admin API needs of a host. Anything of this shape will do; what goes wrong is told by an error's `code`.

import type { Condition } from '../contract/conditions.js';
import type { PluginAnswer, RescanAnswer } from './answers.js';

export interface AdministeredHost {
  list(): Promise<readonly PluginAnswer[]>;
  /** Rejects with code PLUGIN_UNKNOWN. */
  get(name: string): Promise<PluginAnswer>;
  /** Resolves once the plugin is ready, always within a bound; at once when it is. */
  enable(name: string): Promise<PluginAnswer>;
  /** Resolves once the plugin has stopped, always within a bound; at once when it has. */
  disable(name: string): Promise<PluginAnswer>;
  /** Looks for plugins and starts what is to run and does not. */
  rescan(): Promise<RescanAnswer>;
  /** All that is not as it should be. */
  conditions(): readonly Condition[];
}
