// Choices of operators by the admin API, as far as they overrule the option `enabled`.

import { readStateFile } from './state-file.js';
import { Wishes } from './wishes.js';

/** Names of plugins. */
export interface OverruledChoices {
  /** Enabled, although the option does not name them. */
  readonly enabled: readonly string[];
  /** Disabled, although the option names them. */
  readonly disabled: readonly string[];
}

/** Reads a state file, which a host may be using. @throws GatehouseError STATE_FILE_INVALID */
export async function overruledChoices(stateFile: string, enabled: readonly string[]): Promise<OverruledChoices> {
  const wished = new Wishes({ enabledAtFirst: enabled, enabledIfFound: [] }).firm.map(({ name }) => name);
  const chosen = [...(await readStateFile(stateFile))];
  const names = (wanted: boolean) =>
    chosen.flatMap(([name, remembered]) => (remembered.enabled === wanted ? [name] : []));
  return {
    enabled: names(true).filter((name) => !wished.includes(name)),
    disabled: names(false).filter((name) => wished.includes(name)),
  };
}
