// The options of `host.askAsync()`.

import { GatehouseError } from '../contract/errors.js';
import { complaintsOfOptions, withDefaults } from './check-table.js';
import { abortSignal, whole } from './kinds.js';
import { type CompleteOf, type OptionsOf, type OptionTable, row } from './rows.js';

const askOptionRows = {
  budgetMs: {
    kind: whole(1, 60_000, 'ms'),
    defaultText: 'that of `gate.budgetMs`',
    about: 'Longest time until there is a decision: the time in the queue, waits for restarts and all plugins together',
  },
  waitForRestartMs: row({
    kind: whole(0, 60_000, 'ms'),
    default: 0,
    about: 'Longest wait for a plugin that is being restarted before it counts as unavailable, within the budget',
  }),
  signal: {
    kind: abortSignal,
    about: 'Gives the event up: the promise rejects with its reason. A plugin that has been asked answers all the same',
  },
} as const satisfies OptionTable;

/** The options of one event; see `HostOf.askAsync`. */
export interface AskOptions extends OptionsOf<typeof askOptionRows> {}

export type CheckedAskOptions = CompleteOf<typeof askOptionRows>;

const defaults = withDefaults(askOptionRows, {});

/** @throws GatehouseError OPTIONS_INVALID */
export function checkAskOptions(options?: AskOptions): CheckedAskOptions {
  if (options === undefined) return defaults;
  const complaints = complaintsOfOptions(askOptionRows, options);
  if (complaints.length > 0) throw new GatehouseError('OPTIONS_INVALID', `askAsync: ${complaints.join('; ')}`);
  return withDefaults(askOptionRows, options);
}
