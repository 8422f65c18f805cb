// One round of a gate call: puts events to sessions, sends the calls, and waits for their answers.
//
// A session has room for one call, and the calls of several gates may be under way: one that does not block stands on a
// session while a blocking one comes in between. The round whose call stands there is the session's `holder`. Whoever
// needs the session next waits until it has answered, and then has the holder take its verdicts. From the first frame to
// the sending, and while verdicts are taken, nobody comes in between: see `DecisionsInHand`.

import type { HookRow } from '@gatehouse/plugin-api/hooks';
import { invariant } from '@gatehouse/support/invariant';
import { isOptional } from '../contract/policy.js';
import type { AnswerWait } from './answer-wait.js';
import type { AskedLink, AskedPlugin } from './asked-plugin.js';
import { Claims } from './claims.js';
import type { DecisionsInHand } from './decisions-in-hand.js';
import type { EventFrames } from './event-frames.js';
import type { FaultWatch } from './fault-watch.js';
import type { GateCall } from './gate-call.js';
import { Hearing, noAnswer } from './hearing.js';
import { servingOf } from './shard.js';

const budgetUsedUp = 'the budget of the chain was used up before it was asked';
const stillLate = 'it has not answered an earlier call yet';

/** A gate hook: its name, its wire id, and its row. */
export interface AskedHook {
  readonly name: string;
  readonly id: number;
  readonly row: HookRow;
}

/** The parts that a round works with: the call in hand, the frames of its events, and the wait. */
export interface RoundParts {
  readonly hook: AskedHook;
  readonly call: GateCall<unknown>;
  readonly frames: EventFrames;
  readonly wait: AnswerWait;
  readonly watch: FaultWatch;
  readonly decisions: DecisionsInHand;
  /** The way in which it waits. */
  readonly mode: 'blocking' | 'async';
}

/** The events to put next. */
export interface Turn {
  readonly plugin: AskedPlugin;
  /** The index of the first one. */
  readonly from: number;
  /** The part of the budget that is left to others, in ms. */
  readonly reserveMs: number;
  /** Skips events with an objection. */
  readonly onlyOpen: boolean;
}

export class Round {
  readonly #id: number;
  readonly #by: string;
  readonly #call: GateCall<unknown>;
  readonly #frames: EventFrames;
  readonly #wait: AnswerWait;
  readonly #watch: FaultWatch;
  readonly #hearing: Hearing;
  readonly #claims: Claims;
  readonly #decisions: DecisionsInHand;
  readonly #isBlocking: boolean;
  /** The sessions that have been asked but not heard yet. */
  readonly #asked: AskedLink[] = [];
  #isSent = false;
  /** The number of the decision in hand, which may take several calls. */
  #decision = 0;

  constructor({ hook, call, frames, wait, watch, decisions, mode }: RoundParts) {
    this.#id = hook.id;
    this.#by = hook.row.by;
    this.#call = call;
    this.#frames = frames;
    this.#wait = wait;
    this.#watch = watch;
    this.#decisions = decisions;
    this.#isBlocking = mode === 'blocking';
    this.#hearing = new Hearing(call, hook.name, watch, hook.row.reject);
    this.#claims = new Claims({ hook: hook.name, round: this, wait, watch, mode });
  }

  /** Begins a decision that takes `budgetMs` at most. `isOneOfMany`: it takes several calls of the size of a lane. */
  begin(budgetMs: number, isOneOfMany: boolean): void {
    this.#decision = this.#decisions.number();
    this.#wait.budget.begin(budgetMs);
    this.#wait.begin(isOneOfMany);
  }

  /** Begins a decision that ends by `end`. */
  beginUntil(end: number): void {
    this.#decision = this.#decisions.number();
    this.#wait.budget.beginUntil(end);
  }

  /**
   * Puts events to a plugin, as many as it takes at a time. Returns the index of the first one left.
   */
  put({ plugin, from, reserveMs, onlyOpen }: Turn): number {
    const { pace, links } = plugin;
    const { budget } = this.#wait;
    // It may have answered a decision that came in between.
    const isSecond = pace.answeredIn >= this.#decision;
    const mayAsk = !budget.isOver(reserveMs) && (!isSecond || pace.fits(budget.leftMs(reserveMs)));
    let room = mayAsk ? pace.size * Math.max(1, links.length) : Number.POSITIVE_INFINITY;
    let index = from;
    for (; index < this.#call.count && room > 0; index++) {
      if (!this.#isToPut(index, onlyOpen)) continue;
      if (mayAsk) this.#ask(plugin, index, reserveMs);
      else this.leaveOut(plugin, index, isSecond);
      room--;
    }
    return index;
  }

  /**
   * Returns the wait for a session that owes an answer, without which the events of a turn cannot be put; undefined if
   * they may be put now. Look again after each wait. Adds the sessions that did not answer to `hopeless`.
   */
  pending(turn: Turn, hopeless: Set<AskedLink>): Promise<unknown> | undefined {
    const { plugin, reserveMs } = turn;
    const isPlain = !plugin.links.some((link) => link?.isOpen && this.#claims.isBusy(link));
    if (isPlain || this.#wait.budget.isOver(reserveMs)) return undefined;
    const busy = this.#needed(turn).find((link) => link?.isOpen && this.#claims.isBusy(link) && !hopeless.has(link));
    return busy && this.#wait.untilFree(busy, reserveMs).then((isFree) => isFree || hopeless.add(busy));
  }

  /** Sends the calls, blocks until they are settled, and takes the verdicts. */
  settle(reserveMs: number): void {
    if (this.#asked.length === 0) return;
    const awake = this.send();
    this.#wait.wait(this.#asked, awake, reserveMs);
    this.collect();
  }

  /** Sends the calls. Returns whether all sessions were awake. */
  send(): boolean {
    let awake = true;
    for (const link of this.#asked) awake = link.lane.send(this.#id) && awake;
    this.#isSent = true;
    return awake;
  }

  /** Resolves once the calls that were sent are settled. */
  async untilSettled(reserveMs: number): Promise<void> {
    if (this.#asked.length > 0) await this.#wait.untilAnswered(this.#asked, reserveMs);
  }

  /** Takes the verdicts. */
  collect(): void {
    for (let link = this.#asked.shift(); link !== undefined; link = this.#asked.shift()) this.#collect(link);
  }

  /** Takes the verdicts of a session that has answered for another round, which needs it. */
  release(link: AskedLink): void {
    const place = this.#asked.indexOf(link);
    invariant(place >= 0 && this.#isSent, 'a session is released after its call was sent, and before it is heard');
    this.#asked.splice(place, 1);
    this.#collect(link);
  }

  /**
   * Hears the plugin on an event that leaves the call before its end: its verdict if that is in place, else that there
   * was no time for it. Does nothing if it was heard before. `isBehindOthers`: see `leaveOut`.
   */
  hearNow({ plugin, from }: Turn, index: number, isBehindOthers: boolean): void {
    const link = this.#asked.find((one) => one.plugin === plugin && placeOf(one, index) >= 0);
    if (link === undefined && index < from) return;
    if (link === undefined) this.leaveOut(plugin, index, isBehindOthers);
    else if (this.#hearing.hearOne(link, placeOf(link, index))) return;
    else if (!link.isOpen) this.#hearing.fault(plugin, index, 'crashed', '');
    else this.#late(plugin, index, isBehindOthers, noAnswer(plugin));
  }

  /** Returns whether the plugin lacks the session that the event goes to. */
  isMissing(plugin: AskedPlugin, index: number): boolean {
    return !this.#linkFor(plugin, this.#call.from + index)?.isOpen;
  }

  /** Ends a round in which something broke. */
  abandon(): void {
    for (const link of this.#asked) {
      link.holder = undefined;
      // It may still read its lane, so the lane is not reused until it has answered.
      if (link.owes) this.#claims.stalls(link);
    }
    this.#asked.length = 0;
  }

  /**
   * Does not ask the plugin, because no time is left for it. If calls that came before took the time, it cannot keep up
   * with the messages, which is not a fault: the message is deferred, unless the plugin is optional.
   */
  leaveOut(plugin: AskedPlugin, index: number, isBehindOthers: boolean): void {
    const link = this.#linkFor(plugin, this.#call.from + index);
    if (!link?.isOpen) this.#absent(plugin, link, index);
    else this.#late(plugin, index, isBehindOthers || this.#claims.isBusy(link), budgetUsedUp);
  }

  #late(plugin: AskedPlugin, index: number, isBehindOthers: boolean, detail: string): void {
    if (isBehindOthers && !isOptional(plugin)) this.#hearing.overloaded(plugin, index);
    else this.#hearing.fault(plugin, index, 'timed-out', detail);
  }

  /** Returns whether the event at `index` is still to be put to plugins. */
  #isToPut(index: number, onlyOpen: boolean): boolean {
    return !this.#call.isClosed(index) && (!onlyOpen || this.#call.isOpen(index));
  }

  /** Puts the event at `index` of the call to the plugin. */
  #ask(plugin: AskedPlugin, index: number, reserveMs: number): void {
    const at = this.#call.from + index;
    const link = this.#linkFor(plugin, at);
    if (!link?.isOpen) {
      this.#absent(plugin, link, index);
      return;
    }
    if (link.holder !== this) {
      if (!this.#claims.free(link, reserveMs)) {
        this.#hearing.fault(plugin, index, 'timed-out', stillLate);
        return;
      }
      this.#begin(link);
    }
    const { words, starts } = this.#frames;
    const place = link.lane.put(words, starts[at]!, starts[at + 1]!);
    if (place < 0) this.#hearing.undecided(plugin, index, 'its frame did not fit the lane');
    else link.asked[place] = index;
  }

  #begin(link: AskedLink): void {
    link.lane.begin();
    link.holder = this;
    this.#isSent = false;
    this.#asked.push(link);
  }

  /** Handles a missing or ended session. Notifies the supervisor once, because a session can write that mark itself. */
  #absent(plugin: AskedPlugin, link: AskedLink | undefined, index: number): void {
    if (link !== undefined && !link.isToldEnded) {
      link.isToldEnded = true;
      this.#watch.ended(link);
    }
    this.#hearing.fault(plugin, index, 'unavailable', '');
  }

  /** Returns the sessions that the events of a turn go to. */
  #needed({ plugin, from, onlyOpen }: Turn): readonly (AskedLink | undefined)[] {
    const links = new Set<AskedLink | undefined>();
    for (let index = from; index < this.#call.count; index++) {
      if (this.#isToPut(index, onlyOpen)) links.add(this.#linkFor(plugin, this.#call.from + index));
    }
    return [...links];
  }

  /** Returns the session that serves the key of the caller's event at `at`. */
  #linkFor({ links }: AskedPlugin, at: number): AskedLink | undefined {
    return servingOf(links, this.#call.events[at], this.#by);
  }

  /**
   * Takes the verdicts of one session, which stays held until it has been heard. One whose call ended before its deadline
   * did nothing wrong: it owes an answer, as it does to a ping.
   */
  #collect(link: AskedLink): void {
    const { lane, plugin, isOpen } = link;
    const isAnswered = lane.isAnswered();
    const isCut = !this.#isBlocking && !isAnswered && isOpen && this.#wait.sleptMs < plugin.deadlineMs;
    // Checked before the verdicts are read: a session that answered and then ended has answered.
    const silence = isAnswered ? undefined : isOpen ? 'timed-out' : 'crashed';
    try {
      this.#hearing.hear(link, silence);
    } finally {
      link.holder = undefined;
      if (isCut) link.hasDebt = true;
      else if (!isAnswered && link.owes) this.#claims.stalls(link);
    }
    if (!isCut) this.#pace(link, isAnswered);
  }

  /** Fits the size of the next call to the outcome of this one. Ignores a miss that the machine is to blame for. */
  #pace({ lane, plugin, starvation, isOpen }: AskedLink, isAnswered: boolean): void {
    const { pace, deadlineMs } = plugin;
    if (isAnswered) {
      pace.answeredIn = this.#decision;
      pace.answered(lane.count, this.#wait.sleptMs, deadlineMs);
    } else if (isOpen && !starvation.wasStarved) pace.missed(lane.count);
  }
}

/** Returns the place of an event in the session's call; -1 if it is not about the event. */
function placeOf({ asked, lane }: AskedLink, index: number): number {
  return asked.subarray(0, lane.count).indexOf(index);
}
