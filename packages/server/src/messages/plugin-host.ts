// What the server needs of a plugin host: a gate that decides, and observers that are told. It knows no plugin.

import type { EventOf, HookName, MessageEvent } from '@gatehouse/plugin-api';
import type { BaseLogger } from 'pino';

/**
 * What the gate came to.
 *
 * - `continue`: the message is stored, with the plugins that it was let through without, if any.
 * - `reject`: it is refused. With a `cause`, nobody objected: a plugin could not say, which counts as a refusal.
 * - `defer`: the gate could not say, so nothing is stored and the client is told to try again.
 */
export type GateDecision =
  | { readonly action: 'continue'; readonly admittedWithout?: readonly string[] }
  | { readonly action: 'reject'; readonly reason: string; readonly truncated?: boolean; readonly cause?: string }
  | { readonly action: 'defer'; readonly plugin: string; readonly cause: string };

/** Decides at once and never waits for a promise. */
export interface Gate {
  onMessageEnqueue(event: MessageEvent): GateDecision;
  /** The decisions stand in the order of the events. */
  decideAll(hook: 'onMessageEnqueue', events: readonly MessageEvent[]): readonly GateDecision[];
}

export type Observers = { readonly [N in HookName<'observer'>]: (event: EventOf<N>) => void };

/** Fulfilled by the host of `@gatehouse/host`, and by anything else with these methods. */
export type Hooks = Gate & Observers;

/** Tells the observers, and keeps what they throw away from the request that they were told of. */
export type Tell = <N extends HookName<'observer'>>(hook: N, event: EventOf<N>) => void;

export function teller(observers: Observers, log: Pick<BaseLogger, 'error'>): Tell {
  return (hook, event) => {
    try {
      observers[hook](event);
    } catch (error) {
      log.error({ err: error, hook }, 'an observer hook threw');
    }
  };
}
