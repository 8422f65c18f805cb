// The values that a source of settings gives, unparsed, with their places.

import type { SettingName } from './settings.js';

export interface Origin {
  readonly source: 'file' | 'environment' | 'flag';
  /** For people: `gatehouse.yaml:3`, `GATEHOUSE_PORT`, `--port`. */
  readonly place: string;
}

export interface Given {
  readonly name: SettingName;
  readonly origin: Origin;
  /** Text, or any other value that a settings file can hold. */
  readonly value: unknown;
}

export interface GivenSettings {
  readonly given: readonly Given[];
  /** A sentence for each entry that cannot be used. */
  readonly complaints: readonly string[];
}
