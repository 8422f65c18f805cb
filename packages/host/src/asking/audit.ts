// The audit trail: one line for each message that passed without a plugin's verdict, and for each such plugin.
//
// No line is held back, because each one stands for a message that has to be found again. Their cost is bounded: a
// message writes at most one for each plugin of the chain, and every field has a bounded length. They do not contain
// what a plugin threw or answered. If a line cannot be written, the gate call throws: a message that is not on record
// is not let through.

import type { FaultCause } from '../contract/fault.js';
import type { HostLog } from '../contract/host-log.js';
import type { AskedPlugin } from './asked-plugin.js';

/** Logs that an event was let through without the plugin's verdict, with the fields of it that are `named`. */
export function auditAdmission(
  logger: HostLog,
  hook: string,
  named: readonly string[],
  event: unknown,
  { name: plugin, generation }: AskedPlugin,
  cause: FaultCause,
): void {
  const item = Array.isArray(event) ? event[0] : event;
  const found = Object.fromEntries(named.map((name) => [name, loggable(item?.[name])]));
  const fields = { audit: true, hook, ...found, plugin, generation, cause };
  logger.warn(fields, `let through without ${plugin}: ${cause}`);
}

/** Bytes as hex, and 64-bit numbers as text, because a JSON number does not hold 64 bits. */
function loggable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'bigint' ? value.toString() : value;
}
