// The options of a host: checked, with their defaults, and with the values derived from them.

import { availableParallelism } from 'node:os';
import { pino } from 'pino';
import { type ChannelSizes, defaultSizes, type WaitMode } from '../channel/index.js';
import { GatehouseError } from '../contract/errors.js';
import { type HostLog, harmless } from '../contract/host-log.js';
import { complaintsOfOptions, withDefaults } from './check-table.js';
import { type HostOptions, hostOptionRows } from './host-options.js';

/** Average room in a lane for one frame, in bytes. A gate call of many large events is split. */
const requestBytesPerFrame = 256;

export type CheckedOptions = ReturnType<typeof checkOptions>;

/** @throws GatehouseError OPTIONS_INVALID naming each option that is wrong, what was expected and what came. */
export function checkOptions(options: HostOptions) {
  const complaints = complaintsOfOptions(hostOptionRows, options);
  if (complaints.length > 0) throw new GatehouseError('OPTIONS_INVALID', complaints.join('; '));
  const { plugins, enabled, gate, observers, logger = pino(), ...others } = withDefaults(hostOptionRows, options);
  const { grants, isolation, pluginData, niceness, ...rest } = others;
  const { budgetMs, graceMs, callMax, chain, wait } = gate;
  return {
    ...rest,
    folders: plugins,
    enabledAtFirst: enabled,
    logger: harmless(logger),
    // What cannot be put on record is not let through, so this one may throw.
    auditLog: logger as HostLog,
    budgetMs,
    // Setting the default explicitly counts as set.
    isBudgetSet: options.gate?.budgetMs !== undefined,
    graceMs,
    chain,
    wait: waitOf(wait),
    sizes: sizesOf(callMax, observers.ringBytes),
    allowances: { grants, isolation, pluginData, niceness },
  };
}

function sizesOf(callMax: number, ringBytes: number): ChannelSizes {
  const requestBytes = Math.max(defaultSizes.requestBytes, callMax * requestBytesPerFrame);
  return { ...defaultSizes, callMax, requestBytes, ringBytes };
}

/** Returns the wait mode. If all threads share one core, a spin only keeps the other side from its work. */
function waitOf(wait: WaitMode): WaitMode {
  if (wait === 'adaptive') return availableParallelism() === 1 ? 'park' : 'adaptive';
  return wait === 'park' ? wait : { spinUs: wait.spinUs };
}
