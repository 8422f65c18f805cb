// The interface that the server needs from a plugin host: a gate that decides, and observers that are told.

import type { EventOf, HookName, MessageEvent } from '@gatehouse/plugin-api';
import type { BaseLogger } from 'pino';

/**
 * The result of the gate.
 *
 * - `continue`: the message is stored, with the names of plugins whose verdict is missing, if any.
 * - `reject`: it is refused. With a `cause`, no plugin objected: one was undecided, which counts as a refusal.
 * - `defer`: the gate is undecided, so nothing is stored and the client has to retry.
 */
export type GateDecision =
  | { readonly action: 'continue'; readonly admittedWithout?: readonly string[] }
  | { readonly action: 'reject'; readonly reason: string; readonly truncated?: boolean; readonly cause?: string }
  | {
      readonly action: 'defer';
      readonly plugin: string;
      readonly cause: string;
      /** With the cause `deferred`: the words of the plugin. */
      readonly reason?: string;
      readonly truncated?: boolean;
      /** The time after which a retry makes sense, if a plugin has named one. */
      readonly retryAfterMs?: number;
    };

/** The gate, with its two ways to ask: `gateMode` decides which of them is used. */
export interface Gate {
  /** Decides at once and never waits for a promise, as `askAll` does. */
  onMessageEnqueue(event: MessageEvent): GateDecision;
  /** Returns the decisions in the order of the events. */
  askAll(hook: 'onMessageEnqueue', events: readonly MessageEvent[]): readonly GateDecision[];
  /** Decides without blocking the thread. */
  askAsync(hook: 'onMessageEnqueue', event: MessageEvent): Promise<GateDecision>;
}

export type Observers = { readonly [N in HookName<'observer'>]: (event: EventOf<N>) => void };

/** Fulfilled by the host of `@gatehouse/host`, and by anything else with these methods. */
export type Hooks = Gate & Observers;

/** Tells the observers. An error that they throw does not reach the request that they are told about. */
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
