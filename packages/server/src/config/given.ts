// What a source of settings gives: values as they stand there, with their places.

import type { SettingName } from './settings.js';

export interface Origin {
  readonly source: 'file' | 'environment' | 'flag';
  /** For a person: `gatehouse.yaml:3`, `GATEHOUSE_PORT`, `--port`. */
  readonly place: string;
}

export interface Given {
  readonly name: SettingName;
  readonly origin: Origin;
  /** Text, or what else a settings file can hold. */
  readonly value: unknown;
}

export interface GivenSettings {
  readonly given: readonly Given[];
  /** What stands there and cannot be taken, a sentence each. */
  readonly complaints: readonly string[];
}
