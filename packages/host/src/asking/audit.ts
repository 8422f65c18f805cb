// The audit trail: one line for each message that passed without a plugin's verdict, and for each such plugin.
//
// No line is held back, because each one stands for a message that has to be found again. Their cost is bounded: a
// message writes at most one for each plugin of the chain, and every field has a bounded length. They do not contain
// what a plugin threw or answered. If a line cannot be written, the gate call throws: a message that is not on record
// is not let through.

import type { EventOf, HookName } from '@gatehouse/plugin-api';
import type { FaultCause } from '../contract/fault.js';
import type { HostLog } from '../contract/host-log.js';
import type { AskedPlugin } from './asked-plugin.js';

/** Logs that `event` was let through without the plugin's verdict. */
export function auditAdmission(
  logger: HostLog,
  hook: HookName<'gate'>,
  event: EventOf<HookName<'gate'>>,
  { name: plugin, generation }: AskedPlugin,
  cause: FaultCause,
): void {
  const channelId = Buffer.from(event.channelId).toString('hex');
  // Text, because a JSON number does not hold 64 bits.
  const seq = event.seq.toString();
  const fields = { audit: true, hook, channelId, seq, plugin, generation, cause };
  logger.warn(fields, `let through without ${plugin}: ${cause}`);
}
