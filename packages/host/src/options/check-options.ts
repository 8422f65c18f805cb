// The options of a host, checked and with their defaults.

import { availableParallelism } from 'node:os';
import { inspect } from 'node:util';
import { didYouMean } from '@gatehouse/support/did-you-mean';
import { type Logger, pino } from 'pino';
import { type ChannelSizes, defaultSizes, type WaitMode } from '../channel/index.js';
import { type ChainOrder, chainOrders } from '../contract/chain-order.js';
import { GatehouseError } from '../contract/errors.js';
import { isolations } from '../contract/isolation.js';
import { complaintsOfPolicies } from '../contract/policy.js';
import { logLevels } from '../contract/session-contract.js';
import type { Niceness } from '../contract/thread-contract.js';
import type { Allowances } from '../plugins/allowances.js';
import { checkGrants } from '../plugins/grants.js';
import type { HostOptions } from './host-options.js';

const defaultBudgetMs = 100;
const defaultReadyMs = 2000;
const defaultGraceMs = 1000;
/** Measured: see docs/decisions/0004. */
const defaultNiceness: Niceness = { gate: 1, observers: 10 };
/** A longer spin would keep a plugin's thread from its event loop. */
const spinUsMax = 2000;
const ringBytesMin = 16 * 1024;
const ringBytesMax = 2 ** 30;

/** Room in a lane for one frame, on average; a gate call of many large events crosses in several. */
const requestBytesPerFrame = 256;

type NamesOf<T> = { readonly [K in keyof Required<T>]: true };
type OptionsAt<K extends 'gate' | 'observers'> = NonNullable<HostOptions[K]>;

/** Complete, as the compiler sees to it. */
const optionNames: NamesOf<HostOptions> = {
  plugins: true,
  stateFile: true,
  enabled: true,
  config: true,
  policies: true,
  grants: true,
  pluginData: true,
  isolation: true,
  niceness: true,
  readyMs: true,
  logger: true,
  gate: true,
  observers: true,
};
const gateNames: NamesOf<OptionsAt<'gate'>> = { budgetMs: true, graceMs: true, callMax: true, chain: true, wait: true };
const observerNames: NamesOf<OptionsAt<'observers'>> = { ringBytes: true };

export type CheckedOptions = ReturnType<typeof checkOptions>;

/** @throws GatehouseError OPTIONS_INVALID naming the option and what was expected. */
export function checkOptions(options: HostOptions) {
  if (!isObject(options)) throw wrong('options', 'an object', options);
  checkNames('', options, optionNames);
  const { plugins: folders, stateFile, enabled: enabledAtFirst = [], config = {}, policies = {} } = options;
  const { logger = pino(), gate = {}, observers = {} } = options;
  const readyMs = within('readyMs', options.readyMs ?? defaultReadyMs, 0, 300_000);
  if (!isListOfText(folders)) throw wrong('plugins', 'a list of folders', folders);
  if (!isListOfText(enabledAtFirst)) throw wrong('enabled', 'a list of plugin names', enabledAtFirst);
  if (!['string', 'undefined'].includes(typeof stateFile)) throw wrong('stateFile', 'the path of a file', stateFile);
  if (!isObject(config)) throw wrong('config', 'an object of configurations', config);
  checkPolicies(policies);
  const allowances = allowancesOf(options);
  if (!isLogger(logger)) throw wrong('logger', 'a pino logger', logger);
  if (!isObject(gate)) throw wrong('gate', 'an object', gate);
  if (!isObject(observers)) throw wrong('observers', 'an object', observers);
  checkNames('gate.', gate, gateNames);
  checkNames('observers.', observers, observerNames);
  const budgetMs = within('gate.budgetMs', gate.budgetMs ?? defaultBudgetMs, 1, 60_000);
  const graceMs = within('gate.graceMs', gate.graceMs ?? defaultGraceMs, 0, 60_000);
  const sizes = sizesOf(gate.callMax, observers.ringBytes);
  const chain = chainOf(gate.chain ?? 'sequential');
  const wait = waitOf(gate.wait ?? 'adaptive');
  const limits = { readyMs, budgetMs, graceMs };
  return { folders, stateFile, enabledAtFirst, config, policies, logger, ...limits, sizes, chain, wait, allowances };
}

/** An option whose name is mistyped, a policy say, would be believed to hold. */
function checkNames(prefix: string, given: object, names: Readonly<Record<string, true>>): void {
  const strange = Object.keys(given).find((name) => !Object.hasOwn(names, name));
  if (strange === undefined) return;
  const suggestion = didYouMean(strange, Object.keys(names));
  throw new GatehouseError('OPTIONS_INVALID', `${prefix}${strange}: there is no such option${suggestion}`);
}

function allowancesOf({ grants = {}, isolation = {}, pluginData, niceness }: HostOptions): Allowances {
  if (!['string', 'undefined'].includes(typeof pluginData))
    throw wrong('pluginData', 'the path of a folder', pluginData);
  if (!isObject(isolation)) throw wrong('isolation', 'an object of tiers by plugin', isolation);
  for (const [name, tier] of Object.entries(isolation)) {
    if (!isolations.includes(tier)) throw wrong(`isolation.${name}`, isolations.join(' or '), tier);
  }
  return { grants: checkGrants(grants), isolation, pluginData, niceness: nicenessOf(niceness) };
}

function nicenessOf(niceness: Partial<Niceness> = {}): Niceness {
  if (!isObject(niceness)) throw wrong('niceness', 'an object', niceness);
  const { gate, observers } = { ...defaultNiceness, ...niceness };
  return { gate: within('niceness.gate', gate, 0, 19), observers: within('niceness.observers', observers, 0, 19) };
}

function checkPolicies(policies: unknown): void {
  if (!isObject(policies)) throw wrong('policies', 'an object of policies by plugin', policies);
  const complaints = complaintsOfPolicies(policies);
  if (complaints.length > 0) throw new GatehouseError('OPTIONS_INVALID', complaints.join('; '));
}

function sizesOf(callMaxOption: number | undefined, ringBytesOption: number | undefined): ChannelSizes {
  const callMax = within('gate.callMax', callMaxOption ?? defaultSizes.callMax, 1, 1024);
  const ringBytes = within(
    'observers.ringBytes',
    ringBytesOption ?? defaultSizes.ringBytes,
    ringBytesMin,
    ringBytesMax,
  );
  if ((ringBytes & (ringBytes - 1)) !== 0) throw wrong('observers.ringBytes', 'a power of two', ringBytes);
  const requestBytes = Math.max(defaultSizes.requestBytes, callMax * requestBytesPerFrame);
  return { ...defaultSizes, callMax, requestBytes, ringBytes };
}

function within(option: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw wrong(option, `a whole number from ${least} to ${most}`, value);
}

function chainOf(chain: ChainOrder): ChainOrder {
  if (chainOrders.includes(chain)) return chain;
  throw wrong('gate.chain', "'sequential' or 'parallel'", chain);
}

/** Where all threads share one core, a spin only keeps the other side from its work. */
function waitOf(wait: WaitMode): WaitMode {
  if (wait === 'adaptive') return availableParallelism() === 1 ? 'park' : 'adaptive';
  if (wait === 'park') return wait;
  if (typeof wait !== 'object' || wait === null) throw wrong('gate.wait', "'adaptive', 'park' or { spinUs }", wait);
  return { spinUs: within('gate.wait.spinUs', wait.spinUs, 0, spinUsMax) };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLogger(value: unknown): boolean {
  const levels = [...logLevels, 'fatal'] as const;
  return isObject(value) && levels.every((level) => typeof (value as Partial<Logger>)[level] === 'function');
}

function isListOfText(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function wrong(option: string, expected: string, got: unknown): GatehouseError {
  return new GatehouseError('OPTIONS_INVALID', `${option}: expected ${expected}, got ${inspect(got, { depth: 0 })}`);
}
