// The only way into a mailbox: a message gets its number, passes the gate, is stored, and only then acknowledged.

import type { MessageEvent } from '@gatehouse/plugin-api';
import { invariant } from '@gatehouse/support/invariant';
import type { BaseLogger } from 'pino';
import { mailboxName } from '../store/mailbox-key.js';
import { storageProblem } from '../store/storage-problem.js';
import type { Mailbox, MailboxLimit, Settled, Settlement, Store } from '../store/store.js';
import { Problem } from '../wire/problems.js';
import { type Admitted, type Arrival, eventOf, type Pending, pendingOf } from './arrival.js';
import { Gather } from './gather.js';
import type { Gate, GateDecision } from './plugin-host.js';
import { Retries } from './retries.js';

export interface AdmissionSettings {
  /** Messages decided in one call of the gate. */
  readonly gatherMax: number;
  readonly messageTtlDays: number;
  /** Longest time for which any message is kept. */
  readonly messageTtlMaxDays: number;
  readonly idempotencyHours: number;
  readonly mailboxMessages: number;
  readonly mailboxBytes: number;
}

/** Seconds after which a client may retry when the gate was undecided. */
const retryAfter = 1;
const hourMs = 3_600_000;

/** The reason given to a client whose message counts as refused although no plugin refused it. */
const undecided = 'a plugin could not decide';

/** Receives the times that messages take, in ms. */
export interface AdmissionTimes {
  /** Called with the time for which the first of a handful waited for the gate. */
  waited(ms: number): void;
  /** Called with the number of messages that were decided and stored together, and the time that took. */
  served(messages: number, ms: number): void;
}

const untimed: AdmissionTimes = { waited: () => {}, served: () => {} };

type ErrorLog = Pick<BaseLogger, 'error'>;

export class Admission {
  readonly #store: Store;
  readonly #gate: Gate;
  readonly #settings: AdmissionSettings;
  readonly #limit: MailboxLimit;
  readonly #log: ErrorLog;
  readonly #gather: Gather<Pending>;
  readonly #times: AdmissionTimes;
  readonly #retries: Retries;

  constructor(store: Store, gate: Gate, settings: AdmissionSettings, log: ErrorLog, times: AdmissionTimes = untimed) {
    this.#store = store;
    this.#gate = gate;
    this.#settings = settings;
    this.#limit = { messages: settings.mailboxMessages, bytes: settings.mailboxBytes };
    this.#log = log;
    this.#gather = new Gather(
      settings.gatherMax,
      (pending) => this.#admit(pending),
      (ms) => times.waited(ms),
    );
    this.#times = times;
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

  /** Never rejects: whatever breaks, each message is answered. */
  async #admit(arrived: readonly Pending[]): Promise<void> {
    const from = performance.now();
    const firsts = this.#retries.firstsOf(arrived);
    try {
      const pending = await this.#withRoom(await this.#retries.sift(firsts));
      invariant(firsts.filter(isOpen).length === pending.length, 'a message that goes no further has its answer');
      if (pending.length === 0) return;
      const events = await this.#numbered(pending);
      const decisions = this.#ask(events);
      // Not awaited: the next gather is decided while this one is being written.
      void this.#commit(pending, events, decisions).then(() => {
        this.#times.served(pending.length, performance.now() - from);
      });
    } catch (error) {
      this.#storeFailed(firsts, error);
    }
  }

  /** Returns those whose mailbox may have room: the gate need not be asked about the others. */
  async #withRoom(pending: readonly Pending[]): Promise<readonly Pending[]> {
    await Promise.all(pending.map((one) => this.#refuseIfFull(one)));
    return pending.filter(isOpen);
  }

  /** Refuses a message without room. If its mailbox cannot be read, the messages gathered with it do not fail. */
  async #refuseIfFull(one: Pending): Promise<void> {
    const { mailbox, payload } = one.arrival;
    try {
      const hasRoom = await this.#store.mayHaveRoom(mailbox, payload.length, this.#limit);
      if (!hasRoom) one.reject(new Problem('MAILBOX_FULL'));
    } catch (error) {
      this.#storeFailed([one], error);
    }
  }

  async #numbered(pending: readonly Pending[]): Promise<readonly MessageEvent[]> {
    const mailboxes = pending.map(({ arrival }) => arrival.mailbox);
    const seqs = await this.#store.assignSeqs(mailboxes);
    invariant(seqs.length === pending.length, 'the store gives each message a number');
    invariant(rise(mailboxes, seqs), 'the numbers that are given rise in each mailbox');
    return pending.map(({ arrival }, i) => eventOf(arrival, seqs[i]!));
  }

  /** Asks the gate. One that throws, or returns anything but decisions, is undecided: all messages are deferred. */
  #ask(events: readonly MessageEvent[]): readonly GateDecision[] {
    try {
      const decisions =
        events.length === 1
          ? [this.#gate.onMessageEnqueue(events[0]!)]
          : this.#gate.decideAll('onMessageEnqueue', events);
      invariant(decisions.length === events.length, 'the gate decides as many messages as it is asked about');
      for (let i = 0; i < events.length; i++) {
        invariant(isDecision(decisions[i]), 'a decision is to continue, to reject or to defer');
      }
      return decisions;
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
    try {
      const settled = await this.#store.commit(
        pending.map((one, i) => this.#settlementOf(one, events[i]!.seq, decisions[i]!, now)),
        this.#limit,
      );
      invariant(settled.length === pending.length, 'the store says of each message what became of it');
      const problems = pending.map((_, i) => problemOf(decisions[i]!, settled[i]!));
      for (const [i, { resolve, reject }] of pending.entries()) {
        const problem = problems[i];
        if (problem) reject(problem);
        else resolve(events[i]!);
      }
      invariant(
        pending.every(({ answers }) => answers() === 1),
        'each message is answered exactly once',
      );
    } catch (error) {
      this.#storeFailed(pending, error);
    }
  }

  /** Returns the settlement of a number. It is a gap if its message was not let in. */
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
    for (const { reject } of pending.filter(isOpen)) reject(storageProblem(error));
  }
}

function isOpen({ answers }: Pending): boolean {
  return answers() === 0;
}

function rise(mailboxes: readonly Mailbox[], seqs: readonly bigint[]): boolean {
  const last = new Map<string, bigint>();
  return mailboxes.every((mailbox, i) => {
    const name = mailboxName(mailbox);
    const isHigher = seqs[i]! > (last.get(name) ?? 0n);
    last.set(name, seqs[i]!);
    return isHigher;
  });
}

const actions: readonly unknown[] = ['continue', 'reject', 'defer'] satisfies readonly GateDecision['action'][];

function isDecision(answered: GateDecision | undefined): boolean {
  return actions.includes(answered?.action);
}

/** Returns the problem that the sender gets; undefined for a stored message. */
function problemOf(decision: GateDecision, settled: Settled): Problem | undefined {
  const isKept = settled === 'stored' || settled === 'full';
  invariant(isKept || settled === 'gap', 'a message is stored, has no room, or leaves a gap');
  invariant(isKept === (decision.action === 'continue'), 'what continues is for the store to keep, and nothing else');
  if (decision.action === 'continue') return settled === 'full' ? new Problem('MAILBOX_FULL') : undefined;
  if (decision.action === 'defer') {
    return new Problem(decision.cause === 'overload' ? 'OVERLOADED' : 'HOOK_UNAVAILABLE', { retryAfter });
  }
  const { reason, truncated = false, cause } = decision;
  // A refusal by policy has a reason that names the plugin, which clients must not see.
  if (cause !== undefined) {
    return new Problem('REJECTED_BY_HOOK', { detail: undecided, members: { reason: undecided, cause } });
  }
  return new Problem('REJECTED_BY_HOOK', { detail: reason, members: { reason, ...(truncated && { truncated }) } });
}
