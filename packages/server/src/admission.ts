// The one way into a mailbox: a message gets its number, passes the gate, is stored, and only then answered for.

import type { MessageEvent } from '@gatehouse/plugin-api';
import type { FastifyBaseLogger } from 'fastify';
import { Gather } from './gather.js';
import type { Gate, GateDecision } from './hooks.js';
import { Problem } from './problems.js';
import type { Mailbox, Settlement, Store } from './store/store.js';

/** A message on its way in. */
export interface Arrival {
  readonly mailbox: Mailbox;
  /** Absent when the sender is sealed. */
  readonly senderIdentity?: Uint8Array;
  readonly payload: Uint8Array;
}

/** Seconds after which a client may try again what the gate or the store could not take. */
const retryAfter = 1;

/** What a client is told when nobody refused its message, and it counts as refused. */
const undecided = 'a plugin could not decide';

/** An arrival whose sender waits for an answer. */
interface Pending {
  readonly arrival: Arrival;
  readonly resolve: (stored: MessageEvent) => void;
  readonly reject: (reason: unknown) => void;
}

type ErrorLog = Pick<FastifyBaseLogger, 'error'>;

export class Admission {
  readonly #store: Store;
  readonly #gate: Gate;
  readonly #log: ErrorLog;
  readonly #gather: Gather<Pending>;

  constructor(store: Store, gate: Gate, gatherMax: number, log: ErrorLog) {
    this.#store = store;
    this.#gate = gate;
    this.#log = log;
    this.#gather = new Gather(gatherMax, (pending) => this.#admit(pending));
  }

  /** Resolves once the message is on disk. @throws Problem REJECTED_BY_HOOK, HOOK_UNAVAILABLE, STORE_UNAVAILABLE */
  admit(arrival: Arrival): Promise<MessageEvent> {
    return new Promise((resolve, reject) => this.#gather.add({ arrival, resolve, reject }));
  }

  async #admit(pending: readonly Pending[]): Promise<void> {
    let seqs: readonly bigint[];
    try {
      seqs = await this.#store.assignSeqs(pending.map(({ arrival }) => arrival.mailbox));
    } catch (error) {
      this.#storeFailed(pending, error);
      return;
    }
    const events = pending.map(({ arrival }, i) => eventOf(arrival, seqs[i]!));
    const decisions = this.#ask(events);
    // Not awaited: the next gather is decided while this one is being written.
    void this.#settle(pending, events, decisions);
  }

  /** A gate that throws has not decided: everything is deferred, nothing is let through. */
  #ask(events: readonly MessageEvent[]): readonly GateDecision[] {
    try {
      if (events.length === 1) return [this.#gate.onMessageEnqueue(events[0]!)];
      return this.#gate.decideAll('onMessageEnqueue', events);
    } catch (error) {
      this.#log.error({ err: error }, 'the gate threw');
      return events.map(() => ({ action: 'defer', plugin: '', cause: 'threw' }));
    }
  }

  async #settle(
    pending: readonly Pending[],
    events: readonly MessageEvent[],
    decisions: readonly GateDecision[],
  ): Promise<void> {
    const storedAt = Date.now();
    try {
      await this.#store.settle(
        pending.map(({ arrival }, i) => settlementOf(arrival, events[i]!.seq, decisions[i]!, storedAt)),
      );
    } catch (error) {
      this.#storeFailed(pending, error);
      return;
    }
    for (const [i, { resolve, reject }] of pending.entries()) {
      const problem = problemOf(decisions[i]!);
      if (problem) reject(problem);
      else resolve(events[i]!);
    }
  }

  #storeFailed(pending: readonly Pending[], error: unknown): void {
    this.#log.error({ err: error, messages: pending.length }, 'messages could not be stored');
    for (const { reject } of pending) reject(new Problem('STORE_UNAVAILABLE', { retryAfter, cause: error }));
  }
}

function eventOf({ mailbox, senderIdentity, payload }: Arrival, seq: bigint): MessageEvent {
  return {
    ...(senderIdentity && { senderIdentity }),
    recipientKey: mailbox.recipientKey,
    channelId: mailbox.channelId,
    payloadLen: payload.length,
    seq,
  };
}

/** A message that was not let in leaves its number behind as a gap. */
function settlementOf(arrival: Arrival, seq: bigint, decision: GateDecision, storedAt: number): Settlement {
  const { mailbox, senderIdentity, payload } = arrival;
  if (decision.action !== 'continue') return { mailbox, seq };
  const { admittedWithout } = decision;
  const optional = { ...(senderIdentity && { senderIdentity }), ...(admittedWithout && { admittedWithout }) };
  return { mailbox, seq, message: { payload, storedAt, ...optional } };
}

function problemOf(decision: GateDecision): Problem | undefined {
  if (decision.action === 'continue') return undefined;
  if (decision.action === 'defer') return new Problem('HOOK_UNAVAILABLE', { retryAfter });
  const { reason, truncated = false, cause } = decision;
  // Of a refusal by policy the reason names the plugin, which is not for clients.
  if (cause !== undefined) {
    return new Problem('REJECTED_BY_HOOK', { detail: undecided, members: { reason: undecided, cause } });
  }
  return new Problem('REJECTED_BY_HOOK', { detail: reason, members: { reason, ...(truncated && { truncated }) } });
}
