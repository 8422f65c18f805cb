// The gate call in hand: its events, the plugins to ask, and what was heard of each event. One object, reused for
// every call.
//
// A decision is pending until every plugin that was to be asked has been heard. Only then does an event continue: a
// forgotten plugin or an unfilled slot is a bug of ours, and a bug must never be an admission.

import { invariant } from '@gatehouse/support/invariant';
import { continued, type Decision, undecidedBy } from '../contract/decision.js';
import type { AskedPlugin } from './asked-plugin.js';
import { type Objected, Objections } from './objections.js';

/** The decision on an event without objections so far. Never leaves this file. */
const pending: Decision = Object.freeze({ action: 'defer', plugin: '', cause: 'undecided' });

export class GateCall<Event> {
  #chain: readonly AskedPlugin[] = [];
  #everybody = '';
  /** All events of the caller. The call is about `count` of them, from the one at `from` on. */
  events: readonly Event[] = [];
  from = 0;
  count = 0;
  /** Number of events in the concluded call on which some plugin was not heard. */
  unheard = 0;
  readonly #decisions: Decision[];
  /** By event: the number of plugins that have been heard, with a verdict or a fault. */
  readonly #heard: Int32Array;
  readonly #objections = new Objections();
  /** Events that left the call before its end: whatever is heard of them from then on does not count. */
  readonly #closed = new Set<number>();
  #hasClosed = false;

  /** `countMax` is the number of events that one call can be about. */
  constructor(countMax: number) {
    this.#heard = new Int32Array(countMax);
    this.#decisions = new Array<Decision>(countMax).fill(pending);
  }

  /** The plugins that are to be heard on every open event, in order. */
  set chain(plugins: readonly AskedPlugin[]) {
    this.#chain = plugins;
    this.#everybody = plugins.map(({ name }) => name).join(', ');
  }

  /** The names of all of them, for a failure that no single plugin can be blamed for. */
  get everybody(): string {
    return this.#everybody;
  }

  begin(events: readonly Event[], from: number, count: number): void {
    invariant(count <= this.#heard.length, 'a gate call is about no more events than a lane holds');
    if (this.#objections.any) this.#objections.clear();
    if (this.#hasClosed) this.#closed.clear();
    this.#hasClosed = false;
    this.events = events;
    this.from = from;
    this.count = count;
    for (let i = 0; i < count; i++) {
      this.#heard[i] = 0;
      this.#decisions[i] = pending;
    }
  }

  /** Returns whether there is no objection to the event so far. */
  isOpen(index: number): boolean {
    const decision = this.#decisions[index]!;
    return decision === pending || decision.action === 'continue';
  }

  /** Returns whether the event has left the call. */
  isClosed(index: number): boolean {
    return this.#hasClosed && this.#closed.has(index);
  }

  /**
   * Takes an event out of the call, once every plugin that matters has been heard on it, or because it was given up.
   * Returns its decision.
   */
  close(index: number): Decision {
    this.#closed.add(index);
    this.#hasClosed = true;
    return this.#conclude(index);
  }

  /** A plugin lets the event pass. */
  passes(index: number): void {
    this.#heard[index]!++;
  }

  /** A plugin refuses the event, or gave no verdict. */
  object(index: number, { name }: AskedPlugin, objected: Objected): void {
    const place = this.#chain.findIndex((one) => one.name === name);
    this.#heard[index]!++;
    this.#decisions[index] = this.#objections.add(index, { ...objected, place, plugin: name });
  }

  /**
   * Turns what was heard into decisions, once the whole chain has been heard on every open event. Returns whether all
   * events continue without any objection, so that nothing is left to report.
   */
  conclude(): boolean {
    this.unheard = 0;
    for (let i = 0; i < this.count; i++) if (!this.isClosed(i)) this.#conclude(i);
    const isPlain = this.unheard === 0 && !this.#objections.any;
    if (!isPlain) this.#objections.clear();
    return isPlain;
  }

  /** An event that not every plugin was heard on is undecided. */
  #conclude(index: number): Decision {
    const decision = this.#decisions[index]!;
    if (this.isOpen(index) && this.#heard[index] !== this.#chain.length) {
      this.#decisions[index] = undecidedBy(this.#everybody);
      this.unheard++;
    } else if (decision === pending) this.#decisions[index] = continued;
    return this.#decisions[index]!;
  }

  /** Valid after `conclude`, or once the event was closed. */
  decision(index: number): Decision {
    return this.#decisions[index]!;
  }

  /** Ends a call in which an invariant broke: no event of it continues, whatever was heard. */
  abandon(): void {
    this.#objections.clear();
    this.#decisions.fill(undecidedBy(this.#everybody), 0, this.count);
  }
}
