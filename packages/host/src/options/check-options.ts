// The options of a host: checked, with their defaults, and with the values derived from them.

import { availableParallelism } from 'node:os';
import { mayGenerateCode } from '@gatehouse/plugin-api/codec';
import type { AnyHookSet } from '@gatehouse/plugin-api/hooks';
import { pino } from 'pino';
import { type ChannelSizes, defaultSizes, type WaitMode } from '../channel/index.js';
import { GatehouseError } from '../contract/errors.js';
import { gateHooksOf, observerHooksOf, sizeOfPiece } from '../contract/hook-set.js';
import { type HostLog, harmless } from '../contract/host-log.js';
import { complaintsOfOptions, withDefaults } from './check-table.js';
import { type HostOptions, hostOptionRows } from './host-options.js';

const withoutCode =
  'Node runs with --disallow-code-generation-from-strings, and manifests and configurations of plugins are checked by code ' +
  'that is generated from their schemas: start it without that flag (codecs and plugins need no generated code)';

/** Average room in a lane for one frame, in bytes. A gate call of many large events is split. */
const requestBytesPerFrame = 256;

/** A ring has room for at least so many events of the largest kind. */
const eventsOfARing = 4;

export type CheckedOptions = ReturnType<typeof checkOptions>;

/**
 * @throws GatehouseError OPTIONS_INVALID naming each option that is wrong, what was expected and what came;
 * CODE_GENERATION_OFF
 */
export function checkOptions(options: HostOptions) {
  if (!mayGenerateCode) throw new GatehouseError('CODE_GENERATION_OFF', withoutCode);
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
    sizes: sizesOf(others.hooks, callMax, observers.ringBytes),
    allowances: { grants, isolation, pluginData, niceness },
  };
}

/** A lane holds any event of the table, and a ring several. */
function sizesOf(hooks: AnyHookSet, callMax: number, ringBytes: number): ChannelSizes {
  const largest = Math.max(0, ...gateHooksOf(hooks).map((name) => hooks.rows[name]!.codec.maxSize));
  const requestBytes = Math.max(defaultSizes.requestBytes, callMax * requestBytesPerFrame, wholeWords(largest));
  const ofEvents = observerHooksOf(hooks).map((name) => sizeOfPiece(hooks.rows[name]!.codec));
  const least = powerOfTwoFrom(eventsOfARing * Math.max(0, ...ofEvents));
  const carried = gateHooksOf(hooks).map((name) => hooks.rows[name]!.reject?.maxSize ?? 0);
  const dataBytes = wholeWords(Math.max(0, ...carried));
  return { ...defaultSizes, callMax, requestBytes, dataBytes, ringBytes: Math.max(ringBytes, least) };
}

const wholeWords = (bytes: number) => (bytes + 3) & ~3;
const powerOfTwoFrom = (bytes: number) => 2 ** Math.ceil(Math.log2(Math.max(1, bytes)));

/** Returns the wait mode. If all threads share one core, a spin only keeps the other side from its work. */
function waitOf(wait: WaitMode): WaitMode {
  if (wait === 'adaptive') return availableParallelism() === 1 ? 'park' : 'adaptive';
  return wait === 'park' ? wait : { spinUs: wait.spinUs };
}
