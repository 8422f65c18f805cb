// The objections of plugins to the events of one gate call, or why they gave no verdict, and the decisions that result.

import { continued, type Decision, undecidedBy } from '../contract/decision.js';
import type { Fault, FaultCause } from '../contract/fault.js';
import type { FaultPolicy } from '../contract/policy.js';

/** A plugin's refusal of one event, or why it gave no verdict on it. */
export type Objected =
  | { readonly kind: 'rejected'; readonly reason: string; readonly truncated: boolean; readonly data?: unknown }
  | { readonly kind: 'deferred'; readonly reason: string; readonly truncated: boolean; readonly retryAfterMs?: number }
  | { readonly kind: 'fault'; readonly cause: FaultCause; readonly policy: FaultPolicy }
  /** A bug of ours, or more than the plugin can handle: not a fault of the plugin, and without a policy. */
  | { readonly kind: 'undecided' | 'overload' };

/** An objection with the plugin that made it and its place in the chain. */
export type Objection = Objected & { readonly place: number; readonly plugin: string };

/**
 * Returns the decision that an event's objections result in, in whatever order they came: the first Reject in the
 * chain's order, else the first fault that counts as one, else the first Defer, fault that defers, or undecided one.
 * Otherwise the event passes and is marked.
 */
export function decisionOf(objections: readonly Objection[]): Decision {
  const inOrder = [...objections].sort((a, b) => a.place - b.place);
  const faults = inOrder.flatMap((one): Fault[] =>
    one.kind === 'fault' ? [{ plugin: one.plugin, cause: one.cause }] : [],
  );
  const put = first(inOrder, deferred);
  const settled = first(inOrder, rejected) ?? first(inOrder, rejectedByPolicy) ?? (put && withLongest(put, inOrder));
  if (settled !== undefined) return faults.length === 0 ? settled : { ...settled, faults };
  if (faults.length === 0) return continued;
  return { action: 'continue', admittedWithout: faults.map(({ plugin }) => plugin), faults };
}

function first(objections: readonly Objection[], weigh: (one: Objection) => Decision | undefined) {
  for (const one of objections) {
    const decision = weigh(one);
    if (decision !== undefined) return decision;
  }
  return undefined;
}

function rejected(one: Objection): Decision | undefined {
  if (one.kind !== 'rejected') return undefined;
  const { reason, truncated, plugin, data } = one;
  return { action: 'reject', reason, truncated, plugin, ...(data !== undefined && { data }) };
}

function rejectedByPolicy(one: Objection): Decision | undefined {
  if (one.kind !== 'fault' || one.policy !== 'reject') return undefined;
  const { plugin, cause } = one;
  return {
    action: 'reject',
    reason: `the plugin ${plugin} could not decide (${cause})`,
    truncated: false,
    plugin,
    cause,
  };
}

/** The longest wait that a plugin asked for holds, whoever is named. */
function withLongest(decision: Decision, objections: readonly Objection[]): Decision {
  const waits = objections.flatMap((one) =>
    one.kind === 'deferred' && one.retryAfterMs !== undefined ? [one.retryAfterMs] : [],
  );
  return waits.length === 0 || decision.action !== 'defer'
    ? decision
    : { ...decision, retryAfterMs: Math.max(...waits) };
}

function deferred(one: Objection): Decision | undefined {
  if (one.kind === 'deferred') {
    const { plugin, reason, truncated } = one;
    return { action: 'defer', plugin, cause: 'deferred', reason, truncated };
  }
  if (one.kind === 'undecided') return undecidedBy(one.plugin);
  if (one.kind === 'overload') return { action: 'defer', plugin: one.plugin, cause: 'overload' };
  if (one.kind !== 'fault' || one.policy !== 'defer') return undefined;
  return { action: 'defer', plugin: one.plugin, cause: one.cause };
}

/** The objections of the call in hand, by event. Empty, and free, as long as nobody objects. */
export class Objections {
  readonly #byEvent = new Map<number, Objection[]>();

  get any(): boolean {
    return this.#byEvent.size > 0;
  }

  /** Adds one to the event at `index`. Returns the event's decision so far. */
  add(index: number, objection: Objection): Decision {
    const all = this.#byEvent.get(index);
    if (all === undefined) this.#byEvent.set(index, [objection]);
    else all.push(objection);
    return decisionOf(all ?? [objection]);
  }

  clear(): void {
    this.#byEvent.clear();
  }
}
