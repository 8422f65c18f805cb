// The settings of a server that runs: those whose row is `live` change in place, the others stay until it is restarted.

import { isDeepStrictEqual } from 'node:util';
import { defaultSettings, type SettingName, type Settings, settingRows } from './settings.js';

/** The settings that differ from those before, by name. */
export interface SettingsChange {
  readonly applied: readonly SettingName[];
  /** Differ from what runs, and take effect at the next start. */
  readonly needRestart: readonly SettingName[];
}

export class LiveSettings {
  /** One object for the life of the server. Whoever uses a live setting reads it here at each use. */
  readonly current: Settings;

  /** Omitted settings have their defaults. */
  constructor(given: Partial<Settings> = {}) {
    this.current = { ...defaultSettings, ...given };
  }

  apply(next: Settings): SettingsChange {
    const changed = settingRows.filter(([name]) => !isDeepStrictEqual(this.current[name], next[name]));
    const applied = changed.filter(([, row]) => row.live === true).map(([name]) => name);
    Object.assign(this.current, Object.fromEntries(applied.map((name) => [name, next[name]])));
    const needRestart = changed.filter(([, row]) => row.live !== true).map(([name]) => name);
    return { applied, needRestart };
  }
}
