// One round of a gate call: puts events to sessions, sends the calls, and waits for their answers.

import type { HookRow } from '@gatehouse/plugin-api/hooks';
import type { Bell, WaitMode } from '../channel/index.js';
import { isOptional } from '../contract/policy.js';
import { AnswerWait } from './answer-wait.js';
import type { AskedLink, AskedPlugin } from './asked-plugin.js';
import type { EventFrames } from './event-frames.js';
import type { FaultWatch } from './fault-watch.js';
import type { GateCall } from './gate-call.js';
import { Hearing } from './hearing.js';
import { keyOf, shardOf } from './shard.js';

const budgetUsedUp = 'the budget of the chain was used up before it was asked';
const stillLate = 'it has not answered an earlier call yet';

/** A gate hook: its name, its wire id, and its row. */
export interface AskedHook {
  readonly name: string;
  readonly id: number;
  readonly row: HookRow;
}

/** The parts that a round works with: the call in hand, the frames of its events, and the way to wait. */
export interface RoundParts {
  readonly hook: AskedHook;
  readonly call: GateCall<unknown>;
  readonly frames: EventFrames;
  readonly bell: Bell;
  readonly wait: WaitMode;
  readonly watch: FaultWatch;
}

export class Round {
  readonly #hook: string;
  readonly #id: number;
  readonly #by: string;
  readonly #call: GateCall<unknown>;
  readonly #frames: EventFrames;
  readonly #wait: AnswerWait;
  readonly #watch: FaultWatch;
  readonly #hearing: Hearing;
  /** The sessions that have been asked but not heard yet. */
  readonly #asked: AskedLink[] = [];
  /** Counts the decisions that callers asked for, each in one call or several. */
  #decision = 0;

  constructor({ hook, call, frames, bell, wait, watch }: RoundParts) {
    this.#hook = hook.name;
    this.#id = hook.id;
    this.#by = hook.row.by;
    this.#call = call;
    this.#frames = frames;
    this.#wait = new AnswerWait(bell, wait);
    this.#watch = watch;
    this.#hearing = new Hearing(call, hook.name, watch, hook.row.reject);
  }

  /** Begins a decision that takes `budgetMs` at most. `isOneOfMany`: it takes several calls of the size of a lane. */
  begin(budgetMs: number, isOneOfMany: boolean): void {
    this.#decision++;
    this.#wait.begin(budgetMs, isOneOfMany);
  }

  /**
   * Puts events from `from` on to a plugin, as many as it takes at a time. Returns the index of the first one left.
   * `onlyOpen` skips events with an objection. Leaves `reserveMs` of the budget to others.
   */
  put(plugin: AskedPlugin, from: number, reserveMs: number, onlyOpen: boolean): number {
    const { pace, links } = plugin;
    const isSecond = pace.answeredIn === this.#decision;
    const mayAsk = !this.#wait.isOver(reserveMs) && (!isSecond || pace.fits(this.#wait.leftMs(reserveMs)));
    let room = mayAsk ? pace.size * Math.max(1, links.length) : Number.POSITIVE_INFINITY;
    let index = from;
    for (; index < this.#call.count && room > 0; index++) {
      if (onlyOpen && !this.#call.isOpen(index)) continue;
      if (mayAsk) this.#ask(plugin, index, reserveMs);
      else this.#leaveOut(plugin, index, isSecond);
      room--;
    }
    return index;
  }

  /** Sends the calls, blocks until they are settled, and takes the verdicts. */
  settle(reserveMs: number): void {
    const asked = this.#asked;
    if (asked.length === 0) return;
    let awake = true;
    for (const link of asked) awake = link.lane.send(this.#id) && awake;
    this.#wait.wait(asked, awake, reserveMs);
    for (const link of asked) this.#collect(link);
    asked.length = 0;
  }

  /** Ends a round in which something broke. */
  abandon(): void {
    for (const link of this.#asked) {
      link.inCall = false;
      // It may still read its lane, so the lane is not reused until it has answered.
      if (link.owes) this.#stalls(link);
    }
    this.#asked.length = 0;
  }

  /**
   * Does not ask the plugin, because no time is left for it. If its own earlier calls took the time, it cannot keep up
   * with the messages, which is not a fault: the message is deferred, unless the plugin is optional.
   */
  #leaveOut(plugin: AskedPlugin, index: number, isSecond: boolean): void {
    if (isSecond && !isOptional(plugin)) this.#hearing.overloaded(plugin, index);
    else this.#hearing.fault(plugin, index, 'timed-out', budgetUsedUp);
  }

  /** Puts the event at `index` of the call to the plugin. */
  #ask(plugin: AskedPlugin, index: number, reserveMs: number): void {
    const at = this.#call.from + index;
    const link = this.#linkFor(plugin, at);
    if (!link?.isOpen) {
      this.#absent(plugin, link, index);
      return;
    }
    if ((link.stalled || link.isPinged) && !this.#isFree(link, reserveMs)) {
      this.#hearing.fault(plugin, index, 'timed-out', stillLate);
      return;
    }
    if (!link.inCall) this.#begin(link);
    const { words, starts } = this.#frames;
    const place = link.lane.put(words, starts[at]!, starts[at + 1]!);
    if (place < 0) this.#hearing.undecided(plugin, index, 'its frame did not fit the lane');
    else link.asked[place] = index;
  }

  #begin(link: AskedLink): void {
    link.lane.begin();
    link.inCall = true;
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

  /** Waits for an owed answer, to a ping or an overdue call. Returns whether the session may be asked now. */
  #isFree(link: AskedLink, reserveMs: number): boolean {
    if (link.owes && !this.#wait.waitForOwed(link, reserveMs)) {
      if (!link.stalled) this.#stalls(link);
      return false;
    }
    link.isPinged = false;
    if (!link.stalled) return true;
    link.stalled = false;
    this.#watch.recovered(link);
    return true;
  }

  #stalls(link: AskedLink): void {
    link.stalled = true;
    this.#watch.stalled(link, this.#hook);
  }

  /** Returns the session that serves the key of the caller's event at `at`. */
  #linkFor({ links }: AskedPlugin, at: number): AskedLink | undefined {
    if (links.length === 1) return links[0];
    return links[shardOf(keyOf(this.#call.events[at], this.#by)) % links.length];
  }

  #collect(link: AskedLink): void {
    link.inCall = false;
    const isAnswered = link.lane.isAnswered();
    // Checked before the verdicts are read: a session that answered and then ended has answered.
    const silence = isAnswered ? undefined : link.isOpen ? 'timed-out' : 'crashed';
    this.#hearing.hear(link, silence);
    this.#pace(link, isAnswered);
    if (!isAnswered && link.owes) this.#stalls(link);
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
