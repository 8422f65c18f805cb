// The audit trail: a line for each message that passed although a plugin could not say, and for each such plugin.
//
// None of these lines is held back, as each stands for a message that has to be found again. Their cost is bounded
// all the same: a message writes at most one for each plugin of the chain, and every field has a bounded length. What
// a plugin threw or answered is not in them. Where a line cannot be written the gate call throws: what is not on record
// is not let through.

import type { EventOf, HookName } from '@gatehouse/plugin-api';
import type { Logger } from 'pino';
import type { FaultCause } from '../contract/fault.js';
import type { AskedPlugin } from './asked-plugin.js';

/** Says that `event` was let through without the plugin's verdict. */
export function auditAdmission(
  logger: Logger,
  hook: HookName<'gate'>,
  event: EventOf<HookName<'gate'>>,
  { name: plugin, generation }: AskedPlugin,
  cause: FaultCause,
): void {
  const channelId = Buffer.from(event.channelId).toString('hex');
  // As text: a number of JSON does not hold 64 bits.
  const seq = event.seq.toString();
  const fields = { audit: true, hook, channelId, seq, plugin, generation, cause };
  logger.warn(fields, `let through without ${plugin}: ${cause}`);
}
