// The only way into a mailbox: a message gets its number, passes the gate, is stored, and only then acknowledged.

import { invariant } from '@gatehouse/support/invariant';
import { storageProblem } from '../store/storage-problem.js';
import type { Admitting, MailboxLimit, Offer, Outcome, Store } from '../store/store.js';
import { isReported } from '../store/store-error.js';
import { answer } from './answer.js';
import { type Admitted, type Arrival, type Pending, pendingOf } from './arrival.js';
import { Decisions, type ErrorLog, type GateMode } from './decisions.js';
import { Gather } from './gather.js';
import type { Gate } from './plugin-host.js';
import { Retries } from './retries.js';

export interface AdmissionSettings {
  /** Messages decided in one call of the gate. */
  readonly gatherMax: number;
  readonly gateMode: GateMode;
  readonly messageTtlDays: number;
  /** Longest time for which any message is kept. */
  readonly messageTtlMaxDays: number;
  readonly idempotencyHours: number;
  readonly mailboxMessages: number;
  readonly mailboxBytes: number;
  /** Bytes in all mailboxes of a recipient, and retries that are remembered of a sender; 0: no limit. */
  readonly accountBytes: number;
  readonly retriesPerAccount: number;
}

const hourMs = 3_600_000;

/** Receives the times that messages take, in ms. */
export interface AdmissionTimes {
  /** Called with the time for which the first of a handful waited for the gate. */
  waited(ms: number): void;
  /** Called with the number of messages that were decided and stored together, and the time that took. */
  served(messages: number, ms: number): void;
}

const untimed: AdmissionTimes = { waited: () => {}, served: () => {} };

export class Admission {
  readonly #store: Store;
  readonly #gate: Gate;
  readonly #settings: AdmissionSettings;
  readonly #log: ErrorLog;
  readonly #gather: Gather<Pending>;
  readonly #times: AdmissionTimes;
  readonly #retries: Retries;

  constructor(store: Store, gate: Gate, settings: AdmissionSettings, log: ErrorLog, times: AdmissionTimes = untimed) {
    this.#store = store;
    this.#gate = gate;
    this.#settings = settings;
    this.#log = log;
    this.#gather = new Gather(
      settings.gatherMax,
      (pending) => this.#admit(pending),
      (ms) => times.waited(ms),
    );
    this.#times = times;
    this.#retries = new Retries();
  }

  /**
   * Resolves once the message is on disk.
   *
   * @throws Problem REJECTED_BY_HOOK, HOOK_UNAVAILABLE, MAILBOX_FULL, RECIPIENT_FULL, TOO_MANY_RETRIES,
   *   IDEMPOTENCY_KEY_REUSED, STORAGE_FULL, STORAGE_UNAVAILABLE
   */
  admit(arrival: Arrival): Promise<Admitted> {
    const pending = pendingOf(arrival);
    this.#gather.add(pending);
    return pending.admitted;
  }

  /** Never rejects: whatever breaks, each message is answered. Resolves once the gate has decided. */
  async #admit(arrived: readonly Pending[]): Promise<void> {
    const from = performance.now();
    const firsts = this.#retries.firstsOf(arrived);
    const decisions = new Decisions(
      firsts.map(({ arrival }) => arrival),
      this.#gate,
      this.#settings.gateMode,
      this.#log,
    );
    const { decided, outcomes } = this.#offer(firsts, decisions);
    // Not awaited: the next gather is decided while this one is being written.
    void this.#answerAll(firsts, outcomes, decisions).then(() => {
      if (decisions.count > 0) this.#times.served(decisions.count, performance.now() - from);
    });
    await decided;
  }

  /** A store that throws at once has failed for each message. */
  #offer(firsts: readonly Pending[], decisions: Decisions): Admitting {
    try {
      const offers = firsts.map((one) => this.#offerOf(one));
      const admitting = this.#store.admit(offers, this.#limit, (asked) => decisions.decide(asked));
      invariant(admitting.outcomes.length === firsts.length, 'the store says of each message what becomes of it');
      return admitting;
    } catch (error) {
      return { decided: Promise.resolve(), outcomes: firsts.map(() => Promise.reject(error)) };
    }
  }

  /** Read at each use, because it can change while the server runs. */
  get #limit(): MailboxLimit {
    return limitOf(this.#settings);
  }

  /** Never rejects. */
  async #answerAll(
    asked: readonly Pending[],
    outcomes: readonly Promise<Outcome>[],
    decisions: Decisions,
  ): Promise<void> {
    const failures = new Map<unknown, number>();
    const settle = (pending: Pending, outcome: Outcome, i: number) => {
      answer(pending, outcome, decisions.on(i));
      invariant(pending.answers() === 1, 'each message is answered exactly once');
    };
    const fail = (pending: Pending, error: unknown) => {
      failures.set(error, (failures.get(error) ?? 0) + 1);
      if (pending.answers() === 0) pending.reject(storageProblem(error));
    };
    await Promise.all(
      asked.map((pending, i) =>
        outcomes[i]!.then((outcome) => settle(pending, outcome, i)).catch((error) => fail(pending, error)),
      ),
    );
    for (const [error, messages] of failures) {
      if (!isReported(error)) this.#log.error({ err: error, messages }, 'messages could not be stored');
    }
  }

  #offerOf({ arrival, retry }: Pending): Offer {
    const { mailbox, senderIdentity, payload, ttlSeconds } = arrival;
    const optional = {
      ...(senderIdentity && { senderIdentity }),
      ...(retry && { retry: { ...retry, lifeMs: this.#settings.idempotencyHours * hourMs } }),
    };
    return { mailbox, payload, lifeMs: this.#lifeMs(ttlSeconds), ...optional };
  }

  #lifeMs(ttlSeconds: number | undefined): number {
    const { messageTtlDays, messageTtlMaxDays } = this.#settings;
    const wanted = ttlSeconds === undefined ? messageTtlDays * 24 * hourMs : ttlSeconds * 1_000;
    return Math.min(wanted, messageTtlMaxDays * 24 * hourMs);
  }
}

function limitOf({ mailboxMessages, mailboxBytes, accountBytes, retriesPerAccount }: AdmissionSettings): MailboxLimit {
  return {
    messages: mailboxMessages,
    bytes: mailboxBytes,
    ...(accountBytes > 0 && { recipientBytes: accountBytes }),
    ...(retriesPerAccount > 0 && { retries: retriesPerAccount }),
  };
}
