// The decisions of the gate on the messages of a batch, asked for by the store once they have their numbers.

import type { MessageEvent } from '@gatehouse/plugin-api';
import { invariant } from '@gatehouse/support/invariant';
import type { BaseLogger } from 'pino';
import { mailboxName } from '../store/mailbox-key.js';
import type { Decided, Numbered, Verdict } from '../store/store.js';
import { type Arrival, eventOf } from './arrival.js';
import type { Gate, GateDecision } from './plugin-host.js';

export type ErrorLog = Pick<BaseLogger, 'error'>;

/** How the gate is asked: with the thread blocked until it has decided, or without. */
export type GateMode = 'blocking' | 'async';

const hook = 'onMessageEnqueue';

/** The deferral of a message about which the gate threw. */
const threw: GateDecision = { action: 'defer', plugin: '', cause: 'threw' };

export class Decisions {
  readonly #arrivals: readonly Arrival[];
  readonly #gate: Gate;
  readonly #mode: GateMode;
  readonly #log: ErrorLog;
  readonly #given: (GateDecision | undefined)[] = [];
  #count = 0;

  constructor(arrivals: readonly Arrival[], gate: Gate, mode: GateMode, log: ErrorLog) {
    this.#arrivals = arrivals;
    this.#gate = gate;
    this.#mode = mode;
    this.#log = log;
  }

  /** Number of messages that the gate was asked about. */
  get count(): number {
    return this.#count;
  }

  /** Returns the latest decision on a message of the batch; undefined if the gate was not asked about it. */
  on(index: number): GateDecision | undefined {
    return this.#given[index];
  }

  /** Asks the gate about some messages of the batch. */
  decide(asked: readonly Numbered[]): Decided | Promise<Decided> {
    invariant(this.#rise(asked), 'the numbers that are given rise in each mailbox');
    const events = asked.map(({ index, seq }) => eventOf(this.#arrivals[index]!, seq));
    if (this.#mode === 'blocking') return this.#take(asked, this.#ask(events));
    return this.#askAsync(events).then((decisions) => this.#take(asked, decisions));
  }

  #take(asked: readonly Numbered[], decisions: readonly GateDecision[]): Decided {
    this.#count += asked.length;
    for (const [i, { index }] of asked.entries()) this.#given[index] = decisions[i]!;
    return { verdicts: decisions.map(verdictOf) };
  }

  /** A gate that throws, or returns anything but decisions, is undecided: all messages are deferred. */
  #ask(events: readonly MessageEvent[]): readonly GateDecision[] {
    try {
      const decisions =
        events.length === 1 ? [this.#gate.onMessageEnqueue(events[0]!)] : this.#gate.askAll(hook, events);
      invariant(decisions.length === events.length, 'the gate decides as many messages as it is asked about');
      for (let i = 0; i < events.length; i++) assertDecision(decisions[i]);
      return decisions;
    } catch (error) {
      this.#log.error({ err: error }, 'the gate threw');
      return events.map(() => threw);
    }
  }

  /** Asks about each message by itself, because the gate gathers them. What it throws defers the message. Never rejects. */
  #askAsync(events: readonly MessageEvent[]): Promise<readonly GateDecision[]> {
    const one = async (event: MessageEvent): Promise<GateDecision> => {
      try {
        const decision = await this.#gate.askAsync(hook, event);
        assertDecision(decision);
        return decision;
      } catch (error) {
        this.#log.error({ err: error }, 'the gate threw');
        return threw;
      }
    };
    return Promise.all(events.map(one));
  }

  #rise(asked: readonly Numbered[]): boolean {
    const last = new Map<string, bigint>();
    return asked.every(({ index, seq }) => {
      const name = mailboxName(this.#arrivals[index]!.mailbox);
      const isHigher = seq > (last.get(name) ?? 0n);
      last.set(name, seq);
      return isHigher;
    });
  }
}

const actions: readonly unknown[] = ['continue', 'reject', 'defer'] satisfies readonly GateDecision['action'][];

function assertDecision(answered: GateDecision | undefined): void {
  invariant(actions.includes(answered?.action), 'a decision is to continue, to reject or to defer');
}

function verdictOf(decision: GateDecision): Verdict {
  if (decision.action !== 'continue') return { admit: false };
  const { admittedWithout } = decision;
  return { admit: true, ...(admittedWithout && { admittedWithout }) };
}
