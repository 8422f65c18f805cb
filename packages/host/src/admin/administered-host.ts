// The parts of a host that the admin API needs. Any object of this shape will do. An error's `code` identifies it.

import type { Condition } from '../contract/conditions.js';
import type { PlainLogger } from '../contract/plain-logger.js';
import type { PluginAnswer, RescanAnswer } from './answers.js';

export interface AdministeredHost {
  list(): Promise<readonly PluginAnswer[]>;
  /** Rejects with code PLUGIN_UNKNOWN. */
  get(name: string): Promise<PluginAnswer>;
  /** Resolves once the plugin is ready, in bounded time; at once if it already is. */
  enable(name: string): Promise<PluginAnswer>;
  /** Resolves once the plugin has stopped, in bounded time; at once if it already has. */
  disable(name: string): Promise<PluginAnswer>;
  /** Scans the folders and starts the wanted plugins that do not run. */
  rescan(): Promise<RescanAnswer>;
  /** Returns all conditions that are not normal. */
  conditions(): readonly Condition[];
  /** Calls `listener` when the host begins to close. Returns a function that ends that. */
  onClose?(listener: () => void): () => void;
  /** The logger of the host. */
  readonly logger?: PlainLogger;
}
