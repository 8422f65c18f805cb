// The options of `host.events()`.

import { GatehouseError } from '../contract/errors.js';
import { eventTypes } from '../contract/host-event.js';
import { complaintsOfOptions, withDefaults } from './check-table.js';
import { abortSignal, listOf, oneOf, whole } from './kinds.js';
import { type OptionsOf, type OptionTable, row } from './rows.js';

const eventOptionRows = {
  types: row({
    kind: listOf(oneOf(eventTypes)),
    default: eventTypes,
    about: 'Types of events to yield',
  }),
  buffer: row({
    kind: whole(1, 100_000),
    default: 1000,
    about: 'Most events that wait for the reader; those that do not fit are counted in a `gap`',
  }),
  signal: { kind: abortSignal, about: 'Ends the loop with its reason' },
} as const satisfies OptionTable;

/** `types`: those to yield, by default all. `buffer`: most events that wait for the reader, by default 1,000. */
export interface EventOptions extends OptionsOf<typeof eventOptionRows> {}

/** @throws GatehouseError OPTIONS_INVALID */
export function checkEventOptions(options: EventOptions) {
  const complaints = complaintsOfOptions(eventOptionRows, options);
  if (complaints.length > 0) throw new GatehouseError('OPTIONS_INVALID', `events: ${complaints.join('; ')}`);
  return withDefaults(eventOptionRows, options);
}
