// Reports the faults that gate calls meet: to the log, the audit trail and the events, and sessions that stall to their grace.

import { auditAdmission } from './asking/audit.js';
import { FaultLog } from './asking/fault-log.js';
import type { FaultWatch } from './asking/fault-watch.js';
import type { Grace } from './asking/grace.js';
import type { HostEvents } from './host-events.js';
import type { CheckedOptions } from './options/check-options.js';

export function faultReports(
  { logger, auditLog, hooks }: Pick<CheckedOptions, 'logger' | 'auditLog' | 'hooks'>,
  grace: Grace,
  events: HostEvents,
): Omit<FaultWatch, 'ended'> {
  const log = new FaultLog(logger);
  return {
    faulted: ({ name: plugin }, hook, cause, policy, detail) => {
      log.write(plugin, hook, cause, policy, detail);
      events.faulted({ plugin, hook, cause, policy, detail });
    },
    undecided: (plugin, hook, detail) => log.writeUndecided(plugin, hook, detail),
    admitted: (plugin, hook, cause, event) =>
      auditAdmission(auditLog, hook, hooks.rows[hook]!.log, event, plugin, cause),
    stalled: (link, hook) => grace.begin(link, hook),
    recovered: (link) => grace.end(link),
  };
}
