// The one way into a mailbox: a message gets its number, passes the gate, is stored, and only then answered for.

import type { MessageEvent } from '@gatehouse/plugin-api';
import type { BaseLogger } from 'pino';
import { storageProblem } from '../store/storage-problem.js';
import type { MailboxLimit, Settled, Settlement, Store } from '../store/store.js';
import { Problem } from '../wire/problems.js';
import { type Admitted, type Arrival, eventOf, type Pending, pendingOf } from './arrival.js';
import { Gather } from './gather.js';
import type { Gate, GateDecision } from './plugin-host.js';
import { Retries } from './retries.js';

export interface AdmissionSettings {
  /** Messages decided in one call of the gate. */
  readonly gatherMax: number;
  readonly messageTtlDays: number;
  /** No message is kept for longer. */
  readonly messageTtlMaxDays: number;
  readonly idempotencyHours: number;
  readonly mailboxMessages: number;
  readonly mailboxBytes: number;
}

/** Seconds after which a client may try again what the gate could not take. */
const retryAfter = 1;
const hourMs = 3_600_000;

/** What a client is told when nobody refused its message, and it counts as refused. */
const undecided = 'a plugin could not decide';

type ErrorLog = Pick<BaseLogger, 'error'>;

export class Admission {
  readonly #store: Store;
  readonly #gate: Gate;
  readonly #settings: AdmissionSettings;
  readonly #limit: MailboxLimit;
  readonly #log: ErrorLog;
  readonly #gather: Gather<Pending>;
  readonly #retries: Retries;

  /** `waited` is told how long messages waited for the gate, in ms. */
  constructor(store: Store, gate: Gate, settings: AdmissionSettings, log: ErrorLog, waited?: (ms: number) => void) {
    this.#store = store;
    this.#gate = gate;
    this.#settings = settings;
    this.#limit = { messages: settings.mailboxMessages, bytes: settings.mailboxBytes };
    this.#log = log;
    this.#gather = new Gather(settings.gatherMax, (pending) => this.#admit(pending), waited);
    this.#retries = new Retries(store);
  }

  /**
   * Resolves once the message is on disk.
   *
   * @throws Problem REJECTED_BY_HOOK, HOOK_UNAVAILABLE, MAILBOX_FULL, IDEMPOTENCY_KEY_REUSED, STORAGE_FULL,
   *   STORAGE_UNAVAILABLE
   */
  admit(arrival: Arrival): Promise<Admitted> {
    const pending = pendingOf(arrival);
    this.#gather.add(pending);
    return pending.admitted;
  }

  async #admit(arrived: readonly Pending[]): Promise<void> {
    let pending = arrived;
    let seqs: readonly bigint[];
    try {
      pending = await this.#withRoom(await this.#retries.sift(arrived));
      if (pending.length === 0) return;
      seqs = await this.#store.assignSeqs(pending.map(({ arrival }) => arrival.mailbox));
    } catch (error) {
      this.#storeFailed(pending, error);
      return;
    }
    const events = pending.map(({ arrival }, i) => eventOf(arrival, seqs[i]!));
    const decisions = this.#ask(events);
    // Not awaited: the next gather is decided while this one is being written.
    void this.#commit(pending, events, decisions);
  }

  /** Those that are not over their mailbox's limit already: the gate need not be asked about the others. */
  async #withRoom(pending: readonly Pending[]): Promise<readonly Pending[]> {
    const room = await Promise.all(
      pending.map(({ arrival }) => this.#store.mayHaveRoom(arrival.mailbox, arrival.payload.length, this.#limit)),
    );
    for (const [i, { reject }] of pending.entries()) if (!room[i]) reject(new Problem('MAILBOX_FULL'));
    return pending.filter((_, i) => room[i]);
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

  async #commit(
    pending: readonly Pending[],
    events: readonly MessageEvent[],
    decisions: readonly GateDecision[],
  ): Promise<void> {
    const now = Date.now();
    let settled: readonly Settled[];
    try {
      settled = await this.#store.commit(
        pending.map((one, i) => this.#settlementOf(one, events[i]!.seq, decisions[i]!, now)),
        this.#limit,
      );
    } catch (error) {
      this.#storeFailed(pending, error);
      return;
    }
    for (const [i, { resolve, reject }] of pending.entries()) {
      const problem = problemOf(decisions[i]!, settled[i]!);
      if (problem) reject(problem);
      else resolve(events[i]!);
    }
  }

  /** A message that was not let in leaves its number behind as a gap. */
  #settlementOf({ arrival, retry }: Pending, seq: bigint, decision: GateDecision, now: number): Settlement {
    const { mailbox, senderIdentity, payload, ttlSeconds } = arrival;
    if (decision.action !== 'continue') return { mailbox, seq };
    const { admittedWithout } = decision;
    const optional = { ...(senderIdentity && { senderIdentity }), ...(admittedWithout && { admittedWithout }) };
    const message = { payload, storedAt: now, expiresAt: now + this.#ttlMs(ttlSeconds), ...optional };
    if (!retry) return { mailbox, seq, message };
    return { mailbox, seq, message, receipt: { ...retry, expiresAt: now + this.#settings.idempotencyHours * hourMs } };
  }

  #ttlMs(ttlSeconds: number | undefined): number {
    const { messageTtlDays, messageTtlMaxDays } = this.#settings;
    const wanted = ttlSeconds === undefined ? messageTtlDays * 24 * hourMs : ttlSeconds * 1_000;
    return Math.min(wanted, messageTtlMaxDays * 24 * hourMs);
  }

  #storeFailed(pending: readonly Pending[], error: unknown): void {
    this.#log.error({ err: error, messages: pending.length }, 'messages could not be stored');
    for (const { reject } of pending) reject(storageProblem(error));
  }
}

function problemOf(decision: GateDecision, settled: Settled): Problem | undefined {
  if (decision.action === 'continue') return settled === 'full' ? new Problem('MAILBOX_FULL') : undefined;
  if (decision.action === 'defer') {
    return new Problem(decision.cause === 'overload' ? 'OVERLOADED' : 'HOOK_UNAVAILABLE', { retryAfter });
  }
  const { reason, truncated = false, cause } = decision;
  // Of a refusal by policy the reason names the plugin, which is not for clients.
  if (cause !== undefined) {
    return new Problem('REJECTED_BY_HOOK', { detail: undecided, members: { reason: undecided, cause } });
  }
  return new Problem('REJECTED_BY_HOOK', { detail: reason, members: { reason, ...(truncated && { truncated }) } });
}
