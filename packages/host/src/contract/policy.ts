// The policy for a fault: the operator's, else the plugin's wish, else `defer`.

import { inspect } from 'node:util';
import { didYouMean } from '@gatehouse/support/did-you-mean';
import { type FaultCause, faultCauses } from './fault.js';

/**
 * - `continue`: as if the plugin had no objection (fail open). The message is marked, counted and audited.
 * - `reject`: as if it had refused (fail closed).
 * - `defer`: the message is not stored, and the client is asked to retry.
 */
export const faultPolicies = ['continue', 'reject', 'defer'] as const;

export type FaultPolicy = (typeof faultPolicies)[number];

/** One policy for all causes, or one for each cause, with `default` for the others. */
export type PolicyWish = FaultPolicy | { readonly [C in FaultCause | 'default']?: FaultPolicy };

export type PolicyByCause = Readonly<Record<FaultCause, FaultPolicy>>;

/** Returns the policy for a fault of this cause. */
export function policyOf(cause: FaultCause, operator?: PolicyWish, manifest?: PolicyWish): FaultPolicy {
  return said(operator, cause) ?? said(manifest, cause) ?? 'defer';
}

/** Whether messages pass when this plugin times out. Any other plugin is a guard. */
export function isOptional(plugin: { policyOf(cause: FaultCause): FaultPolicy }): boolean {
  return plugin.policyOf('timed-out') === 'continue';
}

/** Returns the policy of every cause. */
export function policiesOf(operator?: PolicyWish, manifest?: PolicyWish): PolicyByCause {
  const rows = faultCauses.map((cause) => [cause, policyOf(cause, operator, manifest)]);
  return Object.fromEntries(rows) as PolicyByCause;
}

function said(wish: PolicyWish | undefined, cause: FaultCause): FaultPolicy | undefined {
  return typeof wish === 'object' ? (wish[cause] ?? wish.default) : wish;
}

const keys = [...faultCauses, 'default'] as const;
const expected = faultPolicies.join(', ');

/** Describes a wrong value: in full, or only its type if it may be a secret. */
export type Describe = (value: unknown) => string;

/** Returns all complaints about policies by plugin. */
export function complaintsOfPolicies(policies: object, tell: Describe = shown): readonly string[] {
  return Object.entries(policies).flatMap(([plugin, policy]) => complaintsOfPolicy(policy, `policies.${plugin}`, tell));
}

/** Returns all complaints about a value that should be a `PolicyWish`: where, what was expected, what came. */
export function complaintsOfPolicy(value: unknown, at: string, tell: Describe = shown): readonly string[] {
  if (isPolicy(value)) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${at}: expected ${expected} or an object of these by cause, got ${tell(value)}`];
  }
  return Object.entries(value).flatMap(([key, policy]) => complaintOfKey(key, policy, `${at}.${key}`, tell));
}

function complaintOfKey(key: string, policy: unknown, at: string, tell: Describe): string[] {
  if (!(keys as readonly string[]).includes(key)) {
    return [`${at}: unknown key${didYouMean(key, keys)} (known: ${keys.join(', ')})`];
  }
  return isPolicy(policy) ? [] : [`${at}: expected one of ${expected}, got ${tell(policy)}`];
}

function isPolicy(value: unknown): value is FaultPolicy {
  return (faultPolicies as readonly unknown[]).includes(value);
}

function shown(value: unknown): string {
  return inspect(value, { depth: 0, maxStringLength: 80 });
}
