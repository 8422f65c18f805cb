// What a command of `gatehouse` is called with.

import type { ReadSettings } from '../config/read-settings.js';

export interface Call extends ReadSettings {
  /** What follows the command besides flags, as many as the command's `operands` has names. */
  readonly operands: readonly string[];
  readonly json: boolean;
}
